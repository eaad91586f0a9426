package io.catena.protocol.chain;

/// What a reader asks for (CRAQ, section 2.4). Nothing but [Strong] is ever chosen for a client.
public sealed interface ReadLevel {
    /// Linearizable: the newest committed version.
    record Strong() implements ReadLevel {}

    /// The newest version that this replica knows to be committed; needs no lease.
    record Eventual() implements ReadLevel {}

    /// Eventual, refused when the replica's lease ended more than `staleMillisMax` ago, or when the
    /// replica holds more than `staleVersionsMax` updates that it does not know to be committed.
    record Bounded(long staleMillisMax, long staleVersionsMax) implements ReadLevel {
        /// A year, in place of no bound; in nanoseconds it still fits.
        public static final long STALE_MILLIS_MAX = 31_536_000_000L;
        /// In place of no bound.
        public static final long STALE_VERSIONS_MAX = Long.MAX_VALUE;

        public Bounded {
            if (staleMillisMax < 0 || staleMillisMax > STALE_MILLIS_MAX || staleVersionsMax < 0) {
                throw new IllegalArgumentException("a bound of %d ms or %d versions"
                        .formatted(staleMillisMax, staleVersionsMax));
            }
        }
    }

    ReadLevel STRONG = new Strong();
}
