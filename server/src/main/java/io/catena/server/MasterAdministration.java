package io.catena.server;

import io.catena.admin.Administration;
import io.catena.client.master.ClusterView;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccountChange;
import io.vertx.core.Future;
import java.util.List;

/// The cluster as the admin API sees it, by this server's sessions with the master.
record MasterAdministration(
        String clusterId, ServerSessions sessions, Health health, ObjectStorage storage)
        implements Administration {
    @Override
    public ClusterView view() {
        return new MasterBuckets(sessions).ask(ReadLevel.STRONG, view -> view);
    }

    @Override
    public List<String> healthReasons() {
        return health.notWhole();
    }

    @Override
    public Future<Void> change(AccountChange change) {
        return MasterBuckets.onCallersContext(
                sessions.call(session -> session.changeAccounts(change)));
    }
}
