package io.catena.admin;

import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;

/// Changes what is given of a user; disables and enables it.
record UpdateUser(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "PATCH";
    }

    @Override
    public String path() {
        return "/users/{user}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("displayName", "email", "administrator", "disabled");
        UserFields given = new UserFields(request.fields());
        UserRecord user = KnownUser.of(cluster.view(), request.userId());
        AccountChange.UpdateUser change = new AccountChange.UpdateUser(user.id(),
                given.displayName(), given.email(), given.administrator(), given.disabled());
        UserRecord next = change.of(user);
        if (next.isRoot() && (next.disabled() || !next.administrator())) {
            throw AdminError.ROOT_USER.exception("The root user stays an administrator, enabled.");
        }
        Future<Void> done = request.dryRun()
                ? Future.succeededFuture() : cluster.change(change);
        return done.map(_ -> AdminReply.ok(Shapes.user(next)));
    }
}
