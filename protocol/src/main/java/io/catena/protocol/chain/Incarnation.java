package io.catena.protocol.chain;

/// One life of a node's process. The master gives a restarted node a greater one, so what the
/// former process was told or promised does not bind the new one.
public record Incarnation(long value) implements Comparable<Incarnation> {
    @Override
    public int compareTo(Incarnation other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "i" + value;
    }
}
