package io.catena.protocol.chain;

import java.util.Comparator;

/// Where an update stands in its chain's log: the epoch in which the head sequenced it, and its
/// sequence number, counted from 1 without gaps over all epochs.
public record Position(Epoch epoch, long seq) implements Comparable<Position> {
    public static final Position NONE = new Position(Epoch.NONE, 0);
    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::seq).thenComparing(Position::epoch);

    public static Position of(long epoch, long seq) {
        return new Position(new Epoch(epoch), seq);
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return epoch.value() + "/" + seq;
    }
}
