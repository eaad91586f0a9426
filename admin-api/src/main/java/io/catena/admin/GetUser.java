package io.catena.admin;

import io.vertx.core.Future;

/// One user.
record GetUser(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/users/{user}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        return Future.succeededFuture(AdminReply.ok(
                Shapes.user(KnownUser.of(cluster.view(), request.userId()))));
    }
}
