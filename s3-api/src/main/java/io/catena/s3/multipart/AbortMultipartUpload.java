package io.catena.s3.multipart;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.http.Reply;
import io.vertx.core.Future;

/// S3 API reference: AbortMultipartUpload.
public final class AbortMultipartUpload {
    private final ObjectStorage storage;

    public AbortMultipartUpload(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        BucketRecord bucket = Buckets.of(storage, signed);
        return Uploads.find(storage, bucket, signed.request())
                .compose(upload -> storage.abortUpload(bucket, upload))
                .compose(_ -> Reply.empty(signed.request(), 204));
    }
}
