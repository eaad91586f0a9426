package io.catena.protocol.chain;

/// What a reader asks for (CRAQ, section 2.3). Nothing but [Strong] is ever chosen for a client.
public sealed interface ReadLevel {
    /// Linearizable: the newest committed version.
    record Strong() implements ReadLevel {}

    /// The newest version that this replica knows to be committed; needs no lease.
    record Eventual() implements ReadLevel {}

    /// Eventual, refused when the replica's lease ended more than `staleMillisMax` ago.
    record Bounded(long staleMillisMax) implements ReadLevel {}

    ReadLevel STRONG = new Strong();
}
