package io.catena.chain.replica;

import io.catena.head.Head;
import io.catena.protocol.chain.Member;

/// Where a replica's updates come from.
sealed interface Upstream {
    /// This replica is the head.
    record Clients(Head head) implements Upstream {}

    /// The replica before this one in the write path.
    record Predecessor(Member member) implements Upstream {}
}
