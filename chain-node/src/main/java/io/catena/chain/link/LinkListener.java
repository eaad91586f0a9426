package io.catena.chain.link;

import io.catena.protocol.chain.NodeId;

/// What a node hears of its links. Called on event loops; must not block.
public interface LinkListener {
    /// A new connection to `node` stands; nothing was sent over it yet.
    void linkUp(NodeId node);
}
