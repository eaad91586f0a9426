package io.catena.s3.multipart;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadPart;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.payload.ClaimedChecksum;
import io.catena.s3.payload.Digests;
import io.catena.s3.payload.RequestBody;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// S3 API reference: UploadPart, which is also what the port calls its record. The part's checksum
/// is kept in the upload's algorithm whatever the client sent, so that completion can derive the
/// object's.
public final class PutPart {
    private final ObjectStorage storage;

    public PutPart(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        int number = Uploads.partNumber(request);
        return Uploads.find(storage, bucket, request).compose(upload -> {
            ChecksumAlgorithm kept = Uploads.algorithm(upload);
            RequestBody body = RequestBody.open(signed, Set.of(kept));
            checkAlgorithm(upload, body.claimed());
            return storage.putPart(bucket, upload, number, body.lengthBytes(), body.stream(),
                            _ -> attributes(body, kept))
                    .compose(part -> reply(request, part, body.claimed()));
        });
    }

    private static void checkAlgorithm(Upload upload, Optional<ClaimedChecksum> claimed) {
        boolean differs = !upload.checksumAlgorithm().isEmpty() && claimed.isPresent()
                && claimed.get().algorithm() != Uploads.algorithm(upload);
        if (differs) {
            throw S3Error.INVALID_REQUEST.exception("Checksum Type mismatch occurred, expected "
                    + "checksum Type: " + upload.checksumAlgorithm() + ", actual checksum Type: "
                    + claimed.get().algorithm().name());
        }
    }

    private static ObjectAttributes attributes(RequestBody body, ChecksumAlgorithm kept) {
        Digests verified = body.verified();
        return new ObjectAttributes(verified.md5Hex(), new TreeMap<>(), new TreeMap<>(),
                Optional.of(body.checksum(kept)));
    }

    private static Future<Void> reply(
            S3Request request, UploadPart part, Optional<ClaimedChecksum> claimed) {
        HttpServerResponse response = request.http().response();
        response.putHeader("ETag", '"' + part.etag() + '"');
        part.checksum().map(Checksum::algorithm).map(ChecksumAlgorithm::of)
                .filter(kept -> claimed.isEmpty() || claimed.get().algorithm() == kept)
                .ifPresent(kept -> response.putHeader(
                        kept.header(), part.checksum().orElseThrow().base64()));
        return Reply.empty(request, 200);
    }
}
