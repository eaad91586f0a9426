package io.catena.client.chain;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.Optional;

/// What a client knows of the cluster; may be behind, replicas tell.
public interface Topology {
    Optional<ChainConfiguration> configuration(ChainId chain);

    /// All chains, by number.
    List<ChainConfiguration> configurations();

    /// Whether a node is in the same zone as this client, as far as zones are told.
    boolean sharesZone(NodeId node);

    /// How to reach a node.
    Optional<NodePort> node(NodeId node);
}
