package io.catena.simulation;

/// A monotonic clock that starts anywhere and runs a little too fast or too slow.
///
/// @param driftPpm parts per million that it runs too fast; the masters' lease margin of 10 %
///     covers two clocks that are up to 45,000 off in opposite directions
record SimClock(long offsetNanos, long driftPpm) {
    static final long DRIFT_PPM_MAX = 45_000;

    static SimClock any(Chance chance) {
        return new SimClock(chance.between(-1_000_000_000_000_000L, 1_000_000_000_000_000L),
                chance.between(-DRIFT_PPM_MAX, DRIFT_PPM_MAX));
    }

    long read(long worldNanos) {
        return offsetNanos + worldNanos + worldNanos / 1_000 * driftPpm / 1_000;
    }
}
