package io.catena.protocol.chain;

/// A server of the cluster, numbered from 1 when it first joins; never used again for another.
public record NodeId(int value) implements Comparable<NodeId> {
    public NodeId {
        if (value < 1) {
            throw new IllegalArgumentException("node ids start at 1, got " + value);
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "n" + value;
    }
}
