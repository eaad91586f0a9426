package io.catena.protocol.chain;

/// A chain, numbered from 1 by the master.
public record ChainId(int value) implements Comparable<ChainId> {
    @Override
    public int compareTo(ChainId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "c" + value;
    }
}
