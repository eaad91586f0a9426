package io.catena.admin;

import io.vertx.core.Future;

/// Users, disabled ones too.
record ListUsers(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/users";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        return Future.succeededFuture(AdminReply.ok(Page.of(
                request, cluster.view().users(), Page.Naming.TEXT, Shapes::user)));
    }
}
