package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.AccountChange;
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

    /// Buckets, and who may sign requests.
    ObjectStorage storage();
}
