package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.http.Reply;
import io.vertx.core.Future;

/// S3 API reference: DeleteBucket.
public final class DeleteBucket {
    private final ObjectStorage storage;

    public DeleteBucket(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        return storage.deleteBucket(Buckets.of(storage, signed))
                .compose(_ -> Reply.empty(signed.request(), 204));
    }
}
