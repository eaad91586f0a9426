package io.catena.client.chain;

/// How patient a client of chains is.
///
/// @param writeMillisMax how long a write is tried before it fails as unavailable; longer than a
///     failover, and shorter than S3 clients wait
/// @param readMillisMax the same for reads
/// @param attemptMillisMax how long one replica may take to answer a write
/// @param readAttemptMillisMax how long one replica may take to answer a read
public record ChainClientSettings(
        long writeMillisMax, long readMillisMax, long attemptMillisMax, long readAttemptMillisMax) {
    public static ChainClientSettings defaults() {
        return new ChainClientSettings(15_000, 10_000, 2_500, 1_500);
    }

    public ChainClientSettings {
        if (attemptMillisMax > writeMillisMax || readAttemptMillisMax > readMillisMax) {
            throw new IllegalArgumentException("an attempt is shorter than the whole");
        }
    }
}
