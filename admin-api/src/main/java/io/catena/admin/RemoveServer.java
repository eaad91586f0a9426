package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.cluster.NodePlacing.Duty;
import io.vertx.core.Future;

/// Takes a drained server out of the cluster for good: its number and its certificate are never
/// taken again.
record RemoveServer(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "DELETE";
    }

    @Override
    public String path() {
        return "/servers/{server}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        ClusterView view = cluster.view();
        KnownServer server = KnownServer.of(view, request);
        if (cluster.isVoter(server.number())) {
            throw AdminError.CONFLICT.exception("The server is a voter of the master.");
        }
        if (!server.isOnly(Duty.DRAINING, Duty.REMOVED) || server.hasSeats(view)) {
            throw AdminError.CONFLICT.exception("The server is not drained.");
        }
        Future<Void> done = request.dryRun() ? Future.succeededFuture()
                : cluster.removeServer(server.number());
        return done.map(_ -> AdminReply.none());
    }
}
