package io.catena.admin;

import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.vertx.core.Future;
import java.util.SortedMap;
import java.util.TreeMap;

/// Buckets of all users.
record ListBuckets(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/buckets";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        SortedMap<String, BucketRecord> active = new TreeMap<>(cluster.view().buckets());
        active.values().removeIf(bucket -> bucket.state() != BucketState.ACTIVE);
        return Future.succeededFuture(AdminReply.ok(
                Page.of(request, active, Page.Naming.TEXT, Shapes::bucket)));
    }
}
