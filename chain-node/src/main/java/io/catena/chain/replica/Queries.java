package io.catena.chain.replica;

import io.catena.protocol.chain.Member;

/// Who knows what is committed.
sealed interface Queries {
    /// Another replica: the query tail.
    record At(Member tail) implements Queries {}

    /// This replica is the query tail.
    record Here() implements Queries {}
}
