package io.catena.admin;

import io.catena.protocol.chain.ReadLevel;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/// What a bucket's objects come to: exactly, as of now.
record GetBucketUsage(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/buckets/{bucket}/usage";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        return cluster.storage().usage(KnownBucket.of(cluster, request), ReadLevel.STRONG)
                .map(usage -> AdminReply.ok(new JsonObject()
                        .put("name", request.path("bucket"))
                        .put("objects", usage.objects())
                        .put("versions", usage.versions())
                        .put("bytes", usage.bytes())));
    }
}
