package io.catena.admin;

import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;

/// Finds the bucket that a path names.
final class KnownBucket {
    private KnownBucket() {}

    /// @throws io.catena.s3.error.S3Exception NO_SUCH_BUCKET
    static BucketRecord of(Administration cluster, AdminRequest request) {
        return cluster.view().activeBucket(request.path("bucket"))
                .orElseThrow(S3Error.NO_SUCH_BUCKET::exception);
    }
}
