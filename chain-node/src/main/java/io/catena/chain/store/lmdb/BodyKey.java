package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.ChainId;
import java.util.Comparator;

/// A body of a chain.
record BodyKey(ChainId chain, BodyId id) implements Comparable<BodyKey> {
    private static final Comparator<BodyKey> ORDER =
            Comparator.comparing(BodyKey::chain).thenComparing(BodyKey::id);

    @Override
    public int compareTo(BodyKey other) {
        return ORDER.compare(this, other);
    }
}
