package io.catena.admin;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.vertx.core.Future;

/// Revokes an access key for good.
record DeleteKey(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "DELETE";
    }

    @Override
    public String path() {
        return "/users/{user}/keys/{key}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        AccessKey key = KnownUser.key(cluster.view(), request);
        Future<Void> done = request.dryRun() ? Future.succeededFuture()
                : cluster.change(new AccountChange.RemoveKey(key.id()));
        return done.map(_ -> AdminReply.none());
    }
}
