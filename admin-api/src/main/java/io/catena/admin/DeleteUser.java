package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;

/// Removes a user with its keys; refused while it owns a bucket.
record DeleteUser(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "DELETE";
    }

    @Override
    public String path() {
        return "/users/{user}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        ClusterView view = cluster.view();
        UserRecord user = KnownUser.of(view, request.userId());
        if (user.isRoot()) {
            throw AdminError.ROOT_USER.exception("The root user stays.");
        }
        if (view.buckets().values().stream()
                .anyMatch(bucket -> bucket.ownerId().equals(user.id()))) {
            throw AdminError.USER_OWNS_BUCKETS.exception(
                    "The user owns buckets: delete them first.");
        }
        Future<Void> done = request.dryRun() ? Future.succeededFuture()
                : cluster.change(new AccountChange.RemoveUser(user.id()));
        return done.map(_ -> AdminReply.none());
    }
}
