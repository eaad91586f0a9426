package io.catena.admin;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.vertx.core.Future;

/// Has an access key taken, or not.
record UpdateKey(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "PATCH";
    }

    @Override
    public String path() {
        return "/users/{user}/keys/{key}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("active");
        boolean active = request.fields().flag("active").orElseThrow(
                () -> AdminError.INVALID_ARGUMENT.exception("active is missing."));
        AccessKey key = KnownUser.key(cluster.view(), request);
        Future<Void> done = request.dryRun() ? Future.succeededFuture()
                : cluster.change(new AccountChange.UpdateKey(key.id(), active));
        return done.map(_ -> AdminReply.ok(Shapes.key(key.with(active))));
    }
}
