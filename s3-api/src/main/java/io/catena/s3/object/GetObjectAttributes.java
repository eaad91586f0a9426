package io.catena.s3.object;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// S3 API reference: GetObjectAttributes. Parts are counted; their checksums are not kept after
/// completion, so they are not listed, as on AWS for objects without composite checksums.
public final class GetObjectAttributes {
    private static final Set<String> KNOWN =
            Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");
    private static final String ROOT = "GetObjectAttributesResponse";

    private final ObjectStorage storage;

    public GetObjectAttributes(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, request);
        String header =
                String.join(",", request.http().headers().getAll("x-amz-object-attributes"));
        List<String> wanted = Arrays.stream(header.split(",")).map(String::strip)
                .filter(name -> !name.isEmpty()).toList();
        if (wanted.isEmpty() || !KNOWN.containsAll(wanted)) {
            throw S3Error.INVALID_ARGUMENT.exception("Invalid attribute name specified.");
        }
        return Objects.find(storage, bucket, request.key()).compose(object -> {
            new ReadConditions(request, "").check(object);
            request.http().response()
                    .putHeader("Last-Modified", Reply.httpDate(object.modifiedMillis()));
            return Reply.xml(request, document(object, wanted));
        });
    }

    private static XmlWriter document(StoredObject object, List<String> wanted) {
        XmlWriter out = XmlWriter.document(ROOT);
        if (wanted.contains("ETag")) {
            out.element("ETag", object.attributes().etag());
        }
        if (wanted.contains("Checksum")) {
            object.checksum().ifPresent(checksum -> write(out, checksum));
        }
        if (wanted.contains("ObjectParts") && !object.partSizes().isEmpty()) {
            out.open("ObjectParts").element("PartsCount", object.partSizes().size())
                    .close("ObjectParts");
        }
        if (wanted.contains("StorageClass")) {
            out.element("StorageClass", "STANDARD");
        }
        if (wanted.contains("ObjectSize")) {
            out.element("ObjectSize", object.sizeBytes());
        }
        return out.close(ROOT);
    }

    private static void write(XmlWriter out, Checksum checksum) {
        out.open("Checksum")
                .element(ChecksumAlgorithm.of(checksum.algorithm()).xmlName(), checksum.base64())
                .element("ChecksumType", ObjectHeaders.type(checksum))
                .close("Checksum");
    }
}
