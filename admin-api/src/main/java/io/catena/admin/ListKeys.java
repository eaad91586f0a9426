package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;
import java.util.SortedMap;
import java.util.TreeMap;

/// A user's access keys, without secrets.
record ListKeys(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/users/{user}/keys";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        ClusterView view = cluster.view();
        UserRecord user = KnownUser.of(view, request.userId());
        SortedMap<String, AccessKey> own = new TreeMap<>(view.keys());
        own.values().removeIf(key -> !key.userId().equals(user.id()));
        return Future.succeededFuture(AdminReply.ok(
                Page.of(request, own, Page.Naming.TEXT, Shapes::key)));
    }
}
