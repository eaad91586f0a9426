package io.catena.server;

import io.catena.chain.link.LinkListener;
import io.catena.chain.node.StorageNode;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// The storage nodes in this process: one for each disk that works and has its seat.
final class LocalNodes implements LinkListener {
    private final ConcurrentSkipListMap<NodeId, StorageNode> nodes = new ConcurrentSkipListMap<>();

    void serve(NodeId id, StorageNode node) {
        nodes.put(id, node);
    }

    void remove(NodeId id, StorageNode node) {
        nodes.remove(id, node);
    }

    Optional<StorageNode> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    @Override
    public void linkUp(NodeId server) {
        nodes.values().forEach(node -> node.linkUp(server));
    }

    /// The replicas of all disks. A chain that went from one disk to another is shown as it is on
    /// the one that serves.
    Map<ChainId, ReplicaStatus> replicas() {
        Map<ChainId, ReplicaStatus> all = new TreeMap<>();
        nodes.values().forEach(node -> node.status().forEach((chain, status) ->
                all.merge(chain, status, (a, b) -> b.serving() ? b : a)));
        return all;
    }
}
