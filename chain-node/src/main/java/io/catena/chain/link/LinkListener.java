package io.catena.chain.link;

import io.catena.protocol.chain.NodeId;

/// What the nodes of a server hear of its links. Called on event loops; must not block.
public interface LinkListener {
    /// A new connection to the server of `node` stands, for all its nodes; nothing was sent over it
    /// yet.
    void linkUp(NodeId node);
}
