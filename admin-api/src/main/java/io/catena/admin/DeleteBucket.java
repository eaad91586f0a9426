package io.catena.admin;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;
import io.vertx.core.Future;

/// Removes an empty bucket.
record DeleteBucket(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "DELETE";
    }

    @Override
    public String path() {
        return "/buckets/{bucket}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        BucketRecord bucket = KnownBucket.of(cluster, request);
        Future<?> done = request.dryRun()
                ? cluster.storage().usage(bucket, ReadLevel.STRONG).map(DeleteBucket::checkEmpty)
                : cluster.storage().deleteBucket(bucket);
        return done.map(_ -> AdminReply.none());
    }

    private static Usage checkEmpty(Usage usage) {
        if (usage.versions() > 0) {
            throw S3Error.BUCKET_NOT_EMPTY.exception();
        }
        return usage;
    }
}
