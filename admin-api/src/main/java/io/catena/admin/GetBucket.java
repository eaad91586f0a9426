package io.catena.admin;

import io.vertx.core.Future;

/// One bucket.
record GetBucket(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/buckets/{bucket}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        return Future.succeededFuture(
                AdminReply.ok(Shapes.bucket(KnownBucket.of(cluster, request))));
    }
}
