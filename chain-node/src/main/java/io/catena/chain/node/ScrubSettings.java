package io.catena.chain.node;

/// How a disk is scrubbed.
///
/// @param bytesPerSecondMax read from the disk on average. Higher: a cycle takes less long; lower:
///     more of the disk is left for clients
/// @param firstDelayMillis from the start of the process to the first cycle
/// @param cycleMillis from the start of a cycle to that of the next. Lower: damage is found sooner
/// @param sliceBytes of bodies read at one time
public record ScrubSettings(
        long bytesPerSecondMax, long firstDelayMillis, long cycleMillis, int sliceBytes) {
    public static final ScrubSettings DEFAULTS = new ScrubSettings(
            32L << 20, 10 * 60_000L, 7 * 24 * 3_600_000L, 4 << 20);

    public ScrubSettings withRate(long bytesPerSecond) {
        return new ScrubSettings(bytesPerSecond, firstDelayMillis, cycleMillis, sliceBytes);
    }

    public ScrubSettings {
        if (bytesPerSecondMax <= 0 || firstDelayMillis < 0 || cycleMillis <= 0 || sliceBytes <= 0) {
            throw new IllegalArgumentException("a scrub reads something at some time");
        }
    }
}
