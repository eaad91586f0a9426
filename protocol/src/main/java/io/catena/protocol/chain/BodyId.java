package io.catena.protocol.chain;

import java.util.Comparator;

/// Names the bytes of one body, chosen at random by its writer: bytes under one id never change.
public record BodyId(long high, long low) implements Comparable<BodyId> {
    private static final Comparator<BodyId> ORDER =
            Comparator.comparingLong(BodyId::high).thenComparingLong(BodyId::low);

    @Override
    public int compareTo(BodyId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
