package io.catena.s3.object;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.PutCondition;
import io.catena.client.object.StoredObject;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.payload.CopyPipe;
import io.catena.s3.payload.Digests;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.Set;

/// S3 API reference: CopyObject. The bytes pass through the gateway, so that the copy has its own
/// ETag and checksum, computed from what was really read.
public final class CopyObject {
    private static final long SOURCE_BYTES_MAX = 5L * 1024 * 1024 * 1024;

    private final ObjectStorage storage;

    public CopyObject(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        PutCondition condition = WriteConditions.of(request);
        boolean replace = replacesMetadata(request);
        Optional<ObjectHeaders> headers =
                replace ? Optional.of(ObjectHeaders.of(request)) : Optional.empty();
        if (request.header("x-amz-copy-source-range").isPresent()) {
            throw S3Error.INVALID_REQUEST.exception("A copy of an object has no source range.");
        }
        return CopySource.find(storage, signed).compose(source -> {
            checkSource(request, bucket, source, replace);
            ObjectHeaders kept = headers.orElseGet(() -> new ObjectHeaders(
                    source.object().attributes().headers(),
                    source.object().attributes().userMetadata()));
            return copy(bucket, request, source, kept, condition).compose(object -> {
                HttpServerResponse response = request.http().response();
                source.writeVersion(response);
                ObjectHeaders.writeVersion(response, object);
                return Reply.xml(request, document(object));
            });
        });
    }

    private Future<StoredObject> copy(
            BucketRecord bucket, S3Request request, CopySource source, ObjectHeaders headers,
            PutCondition condition) {
        ChecksumAlgorithm algorithm = request.headerWithText("x-amz-checksum-algorithm")
                .or(() -> source.object().checksum().map(Checksum::algorithm))
                .map(ChecksumAlgorithm::of).orElse(ChecksumAlgorithm.CRC64NVME);
        Digests digests = new Digests(Set.of(algorithm));
        long sizeBytes = source.object().sizeBytes();
        CopyPipe pipe = new CopyPipe(sizeBytes, digests);
        Future<StoredObject> put = storage.put(bucket, request.key(), sizeBytes, pipe.body(),
                _ -> new ObjectAttributes(digests.md5Hex(), headers.system(), headers.user(),
                        Optional.of(new Checksum(
                                algorithm.name(), digests.base64(algorithm), false))),
                condition);
        return pipe.carry(put, out ->
                storage.read(source.bucket(), source.object(), 0, sizeBytes, out));
    }

    private static boolean replacesMetadata(S3Request request) {
        String directive = request.headerWithText("x-amz-metadata-directive").orElse("COPY");
        return switch (directive) {
            case "COPY" -> false;
            case "REPLACE" -> true;
            default -> throw S3Error.INVALID_ARGUMENT.exception("Unknown metadata directive.");
        };
    }

    private static void checkSource(
            S3Request request, BucketRecord bucket, CopySource source, boolean replace) {
        boolean onItself = source.bucket().id() == bucket.id()
                && source.object().key().equals(request.key()) && !source.namesVersion();
        boolean unchanged = !replace
                && request.headerWithText("x-amz-storage-class").isEmpty()
                && request.headerWithText("x-amz-checksum-algorithm").isEmpty();
        if (onItself && unchanged) {
            throw S3Error.INVALID_REQUEST.exception("This copy request is illegal because it is "
                    + "trying to copy an object to itself without changing the object's metadata, "
                    + "storage class, website redirect location or encryption attributes.");
        }
        if (source.object().sizeBytes() > SOURCE_BYTES_MAX) {
            throw S3Error.INVALID_REQUEST.exception("The specified copy source is larger than the "
                    + "maximum allowable size for a copy source: " + SOURCE_BYTES_MAX);
        }
    }

    private static XmlWriter document(StoredObject object) {
        XmlWriter out = XmlWriter.document("CopyObjectResult")
                .element("LastModified", Reply.xmlDate(object.modifiedMillis()))
                .element("ETag", '"' + object.attributes().etag() + '"');
        object.checksum().ifPresent(checksum -> {
            out.element("ChecksumType", ObjectHeaders.type(checksum));
            out.element(ChecksumAlgorithm.of(checksum.algorithm()).xmlName(), checksum.base64());
        });
        return out.close("CopyObjectResult");
    }
}
