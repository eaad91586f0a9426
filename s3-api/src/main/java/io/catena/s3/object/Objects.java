package io.catena.s3.object;

import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;
import io.vertx.core.Future;

/// Finds the object that a request is about.
final class Objects {
    private Objects() {}

    /// @return fails with NO_SUCH_KEY
    static Future<StoredObject> find(ObjectStorage storage, BucketRecord bucket, Bytes key) {
        return find(storage, bucket, key, ReadLevel.STRONG);
    }

    /// @return fails with NO_SUCH_KEY
    static Future<StoredObject> find(
            ObjectStorage storage, BucketRecord bucket, Bytes key, ReadLevel level) {
        return storage.find(bucket, key, level)
                .map(found -> found.orElseThrow(S3Error.NO_SUCH_KEY::exception));
    }
}
