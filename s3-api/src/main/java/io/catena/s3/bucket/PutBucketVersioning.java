package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.payload.XmlBody;
import io.catena.s3.xml.XmlNode;
import io.vertx.core.Future;

/// S3 API reference: PutBucketVersioning. MFA delete is not built, so it cannot be enabled.
public final class PutBucketVersioning {
    private final ObjectStorage storage;

    public PutBucketVersioning(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        BucketRecord bucket = Buckets.of(storage, signed);
        return XmlBody.read(signed).compose(document -> storage.setVersioning(bucket,
                        versioning(document.orElseThrow(S3Error.MISSING_REQUEST_BODY::exception))))
                .compose(_ -> Reply.empty(signed.request(), 200));
    }

    private static BucketVersioning versioning(XmlNode document) {
        if (!document.name().equals("VersioningConfiguration")) {
            throw S3Error.MALFORMED_XML.exception();
        }
        checkMfaDelete(document.textOf("MfaDelete").map(String::strip).orElse("Disabled"));
        String status = document.textOf("Status").map(String::strip)
                .orElseThrow(S3Error.ILLEGAL_VERSIONING::exception);
        return switch (status) {
            case "Enabled" -> BucketVersioning.ENABLED;
            case "Suspended" -> BucketVersioning.SUSPENDED;
            default -> throw S3Error.MALFORMED_XML.exception();
        };
    }

    private static void checkMfaDelete(String wanted) {
        switch (wanted) {
            case "Disabled" -> { }
            case "Enabled" -> throw S3Error.NOT_IMPLEMENTED.exception(
                    "MFA delete is not implemented.");
            default -> throw S3Error.MALFORMED_XML.exception();
        }
    }
}
