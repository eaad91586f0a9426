package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.message.MovesPlan;
import io.vertx.core.Future;
import java.util.List;

/// The cluster as the admin API sees and changes it. Called on event loops; nothing blocks.
public interface Administration {
    String clusterId();

    /// The cluster's state of now.
    ///
    /// @throws io.catena.client.chain.StorageException UNAVAILABLE when this server has no lease
    ClusterView view();

    /// Why the cluster is not whole; empty: it is.
    List<String> healthReasons();

    /// Complete when it holds on every gateway. Fails with
    /// [io.catena.client.master.AccountRefused], or UNAVAILABLE.
    Future<Void> change(AccountChange change);

    /// What is still to be moved, and what it waits for.
    Future<MovesPlan> balance();

    /// What draining a server would move, as things are now.
    Future<MovesPlan> previewDrain(int server);

    /// Fails with [io.catena.client.master.MasterRefused] when it cannot be, or UNAVAILABLE.
    Future<Void> changeDuty(int server, NodePlacing.Duty duty);

    /// Whether a server is a voter of the master, which cannot be removed.
    boolean isVoter(int server);

    /// Takes a drained server out of placement and of trust; complete when nobody talks to it any
    /// more. Fails as [#changeDuty].
    Future<Void> removeServer(int server);

    /// A token with which one server may join. Fails as [#changeDuty].
    Future<JoinToken> createJoinToken(long ttlMillis);

    /// Buckets, and who may sign requests.
    ObjectStorage storage();
}
