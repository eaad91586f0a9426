package io.catena.s3.bucket;

import io.catena.client.chain.StorageException;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.BucketName;
import io.catena.s3.http.Reply;
import io.catena.s3.payload.XmlBody;
import io.catena.s3.xml.XmlNode;
import io.vertx.core.Future;
import java.util.Optional;

/// S3 API reference: CreateBucket.
public final class CreateBucket {
    private static final String REGION_WITHOUT_CONSTRAINT = "us-east-1";

    private final ObjectStorage storage;
    private final String region;

    public CreateBucket(ObjectStorage storage, String region) {
        this.storage = storage;
        this.region = region;
    }

    public Future<Void> handle(SignedRequest signed) {
        String name = signed.request().bucket();
        if (BucketName.reserved(name)) {
            throw S3Error.INVALID_BUCKET_NAME.exception();
        }
        return configuration(signed)
                .compose(configuration -> {
                    configuration.ifPresent(this::checkConfiguration);
                    return storage.createBucket(name, signed.user().id()).<Void>mapEmpty();
                })
                .recover(failure -> onFailure(signed, failure))
                .compose(_ -> {
                    signed.request().http().response().putHeader("Location", "/" + name);
                    return Reply.empty(signed.request(), 200);
                });
    }

    /// Most clients send no body and no length.
    private static Future<Optional<XmlNode>> configuration(SignedRequest signed) {
        String length = signed.request().http().getHeader("content-length");
        boolean chunked = signed.request().http().headers().contains("transfer-encoding");
        return !chunked && (length == null || length.equals("0"))
                ? Future.succeededFuture(Optional.empty()) : XmlBody.read(signed);
    }

    private void checkConfiguration(XmlNode configuration) {
        if (!configuration.name().equals("CreateBucketConfiguration")) {
            throw S3Error.MALFORMED_XML.exception();
        }
        if (configuration.child("Location").isPresent()
                || configuration.child("Bucket").isPresent()) {
            throw S3Error.NOT_IMPLEMENTED.exception("Directory buckets are not implemented.");
        }
        configuration.textOf("LocationConstraint").map(String::strip)
                .filter(constraint -> !constraint.isEmpty() && !constraint.equals(region))
                .ifPresent(_ -> {
                    throw S3Error.INVALID_LOCATION_CONSTRAINT.exception();
                });
    }

    /// In us-east-1 creating one's own bucket again succeeds, as it always has on AWS.
    private Future<Void> onFailure(SignedRequest signed, Throwable failure) {
        if (!(failure instanceof StorageException storageFailure)
                || storageFailure.kind() != StorageException.Kind.BUCKET_EXISTS) {
            return Future.failedFuture(failure);
        }
        boolean own = storage.bucket(signed.request().bucket()).map(BucketRecord::ownerId)
                .filter(signed.user().id()::equals).isPresent();
        if (!own) {
            return Future.failedFuture(S3Error.BUCKET_ALREADY_EXISTS.exception());
        }
        return region.equals(REGION_WITHOUT_CONSTRAINT) ? Future.succeededFuture()
                : Future.failedFuture(S3Error.BUCKET_ALREADY_OWNED_BY_YOU.exception());
    }
}
