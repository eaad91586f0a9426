package io.catena.admin;

import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;
import java.time.InstantSource;

/// Makes a user, without a key.
record CreateUser(Administration cluster, RandomNames names, InstantSource clock)
        implements Endpoint {
    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/users";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("id", "displayName", "email", "administrator");
        UserFields given = new UserFields(request.fields());
        String displayName = given.displayName().orElseThrow(
                () -> AdminError.INVALID_ARGUMENT.exception("displayName is missing."));
        UserRecord user = new UserRecord(given.id().orElseGet(names::userId), displayName,
                given.email().orElse(""), given.administrator().orElse(false), false,
                clock.millis());
        if (cluster.view().user(user.id()).isPresent()) {
            throw AdminError.USER_EXISTS.exception("A user has this id.");
        }
        return request.dryRun() ? Future.succeededFuture(AdminReply.ok(Shapes.user(user)))
                : cluster.change(new AccountChange.CreateUser(user))
                        .map(_ -> AdminReply.created(Shapes.user(user)));
    }
}
