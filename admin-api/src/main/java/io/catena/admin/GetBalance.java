package io.catena.admin;

import io.vertx.core.Future;

/// What replicas are still to be moved, and what that waits for.
record GetBalance(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/balance";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        return cluster.balance().map(plan -> AdminReply.ok(Shapes.moves(plan)));
    }
}
