package io.catena.protocol.chain;

/// What the records of a scope on one chain, or on several, come to: the sum of their [Charge]s.
public record Usage(long objects, long versions, long bytes) {
    public static final Usage NONE = new Usage(0, 0, 0);

    public Usage plus(Usage other) {
        return new Usage(
                objects + other.objects, versions + other.versions, bytes + other.bytes);
    }

    public Usage minus(Usage other) {
        return new Usage(
                objects - other.objects, versions - other.versions, bytes - other.bytes);
    }
}
