package io.catena.server;

import io.catena.admin.Administration;
import io.catena.client.master.ClusterView;
import io.catena.client.master.MasterSession;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.message.MovesPlan;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/// The cluster as the admin API sees it, by this server's sessions with the master.
record MasterAdministration(
        String clusterId, List<MasterAddress> voters, ServerSessions sessions, Health health,
        ObjectStorage storage)
        implements Administration {
    @Override
    public ClusterView view() {
        return new MasterBuckets(sessions).ask(ReadLevel.STRONG, view -> view);
    }

    @Override
    public List<String> healthReasons() {
        return health.notWhole();
    }

    private <T> Future<T> call(Function<MasterSession, Future<T>> question) {
        return MasterBuckets.onCallersContext(sessions.call(question));
    }

    @Override
    public Future<Void> change(AccountChange change) {
        return call(session -> session.changeAccounts(change));
    }

    @Override
    public Future<MovesPlan> balance() {
        return call(MasterSession::rebalanceStatus);
    }

    @Override
    public Future<MovesPlan> previewDrain(int server) {
        return call(session -> session.previewDrain(nodes(server)));
    }

    @Override
    public Future<Void> changeDuty(int server, NodePlacing.Duty duty) {
        return call(session -> session.changeDuty(nodes(server), duty));
    }

    private List<NodeId> nodes(int server) {
        return sessions.view().nodes().keySet().stream()
                .filter(node -> node.server() == server).toList();
    }

    @Override
    public boolean isVoter(int server) {
        return voters.stream().anyMatch(voter -> voter.node().server() == server);
    }

    /// The first step is the one that is refused while the server holds replicas; it is done
    /// already when an earlier attempt got no further.
    @Override
    public Future<Void> removeServer(int server) {
        boolean placed = nodes(server).stream().anyMatch(
                node -> !sessions.view().node(node).orElseThrow().isRemoved());
        Future<Void> displaced = placed
                ? changeDuty(server, NodePlacing.Duty.REMOVED) : Future.succeededFuture();
        return displaced.compose(_ -> call(session -> session.removeServer(server)));
    }

    @Override
    public Future<JoinToken> createJoinToken(long ttlMillis) {
        return call(session -> session.createJoinToken(ttlMillis));
    }
}
