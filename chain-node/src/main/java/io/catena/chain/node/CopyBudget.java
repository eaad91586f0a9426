package io.catena.chain.node;

/// How many bytes of bodies a disk may take from other replicas to fill its own, over all chains:
/// clients go first. What is taken may run into debt by one body, which is paid for by waiting. Any
/// thread.
final class CopyBudget {
    private static final double NANOS_PER_SECOND = 1e9;
    /// What may be saved up while nothing is copied: so many seconds' worth.
    private static final double SAVED_SECONDS_MAX = 0.25;

    private final long bytesPerSecond;
    private double bytes;
    private long refilledNanos;
    private long takenBytes;

    /// @param bytesPerSecond on average
    CopyBudget(long bytesPerSecond, long nowNanos) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("a copy needs some bytes per second");
        }
        this.bytesPerSecond = bytesPerSecond;
        this.refilledNanos = nowNanos;
        this.bytes = SAVED_SECONDS_MAX * bytesPerSecond;
    }

    /// Takes so many bytes, unless there is a debt.
    synchronized boolean take(long count, long nowNanos) {
        double refill = (nowNanos - refilledNanos) / NANOS_PER_SECOND * bytesPerSecond;
        refilledNanos = nowNanos;
        bytes = Math.min(bytes + refill, SAVED_SECONDS_MAX * bytesPerSecond);
        if (bytes <= 0) {
            return false;
        }
        bytes -= count;
        takenBytes += count;
        return true;
    }

    /// All that was taken so far.
    synchronized long takenBytes() {
        return takenBytes;
    }
}
