package io.catena.chain.replica;

import io.catena.protocol.chain.Member;

/// Where a replica's updates go.
sealed interface Downstream {
    /// The replica behind this one in the write path.
    ///
    /// @param joining it is not a member yet
    record Successor(Member member, boolean joining) implements Downstream {}

    /// This replica is the last of the path: it commits.
    record PathEnd() implements Downstream {}
}
