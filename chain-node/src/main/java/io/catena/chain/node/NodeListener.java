package io.catena.chain.node;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;

/// What a storage node tells the server that it runs in. Called on event loops; must not block.
public interface NodeListener {
    /// The replica joining this chain is counted: the master may promote it in this epoch.
    void joined(ChainId chain, Epoch epoch, Member joining);

    /// The disk cannot be relied on: the node must leave its chains. May be said again and again.
    void diskFailed(String reason);

    /// The program is wrong: the process must end before it serves doubt.
    void invariantViolated(ChainId chain, RuntimeException violation);
}
