package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.http.Reply;
import io.vertx.core.Future;

/// S3 API reference: HeadBucket.
public final class HeadBucket {
    private final ObjectStorage storage;
    private final String region;

    public HeadBucket(ObjectStorage storage, String region) {
        this.storage = storage;
        this.region = region;
    }

    public Future<Void> handle(SignedRequest signed) {
        Buckets.of(storage, signed.request());
        signed.request().http().response()
                .putHeader("x-amz-bucket-region", region)
                .putHeader("x-amz-access-point-alias", "false")
                .putHeader("Content-Type", "application/xml");
        return Reply.empty(signed.request(), 200);
    }
}
