package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.Routes;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;

/// The Get calls of bucket configuration (GetBucketPolicy, GetBucketCors, ...). None of it
/// can be set, so each has one true answer: AWS's for a bucket on which it was never set. Tools
/// read these before they do anything, and take a 501 for a broken server.
public final class GetBucketConfiguration {
    private final ObjectStorage storage;

    public GetBucketConfiguration(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        BucketRecord bucket = Buckets.of(storage, signed);
        String name = Routes.configuration(signed.request()).orElseThrow();
        return Reply.xml(signed.request(), switch (name) {
            case "acl" -> AccessControl.document(Owner.of(storage, bucket.ownerId()));
            case "logging" -> document("BucketLoggingStatus");
            case "notification" -> document("NotificationConfiguration");
            case "accelerate" -> document("AccelerateConfiguration");
            case "requestPayment" -> XmlWriter.document("RequestPaymentConfiguration")
                    .element("Payer", "BucketOwner").close("RequestPaymentConfiguration");
            default -> throw unset(name).exception();
        });
    }

    private static S3Error unset(String name) {
        return switch (name) {
            case "policy", "policyStatus" -> S3Error.NO_SUCH_BUCKET_POLICY;
            case "cors" -> S3Error.NO_SUCH_CORS;
            case "lifecycle" -> S3Error.NO_SUCH_LIFECYCLE;
            case "tagging" -> S3Error.NO_SUCH_TAG_SET;
            case "encryption" -> S3Error.NO_SUCH_ENCRYPTION;
            case "object-lock" -> S3Error.NO_SUCH_OBJECT_LOCK;
            case "website" -> S3Error.NO_SUCH_WEBSITE;
            case "ownershipControls" -> S3Error.NO_SUCH_OWNERSHIP_CONTROLS;
            case "publicAccessBlock" -> S3Error.NO_SUCH_PUBLIC_ACCESS_BLOCK;
            case "replication" -> S3Error.NO_SUCH_REPLICATION;
            default -> S3Error.NOT_IMPLEMENTED;
        };
    }

    private static XmlWriter document(String root) {
        return XmlWriter.document(root).close(root);
    }
}
