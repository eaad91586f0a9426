package io.catena.protocol.chain;

import java.util.Comparator;

/// Names one client request over all its retries, so that it is applied once.
public record RequestId(long high, long low) implements Comparable<RequestId> {
    private static final Comparator<RequestId> ORDER =
            Comparator.comparingLong(RequestId::high).thenComparingLong(RequestId::low);

    @Override
    public int compareTo(RequestId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
