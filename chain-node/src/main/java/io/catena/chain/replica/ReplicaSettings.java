package io.catena.chain.replica;

/// Limits of one replica. Every table and window of the core has one here.
///
/// @param minWriteReplicas with fewer members than this a chain takes no writes. Higher: more
///     copies of every acknowledged write; lower: writes go on through more failures
/// @param windowUpdatesMax admitted and not yet committed updates at the head. Higher: more
///     throughput at high latency; lower: less memory on every member
/// @param windowBytesMax the same in bytes of keys and values
/// @param readsWaitingMax reads in flight (waiting for the query tail or for the disk)
/// @param outcomesMax request outcomes kept for retries
/// @param retainedUpdates applied updates kept in memory, so that look-ups under way stay usable
/// @param helloRetryNanos how soon a greeting without answer is repeated
/// @param stallNanos how long a lagging successor may make no progress before the rest of the log
///     is sent again
/// @param queryRetryNanos how soon a question to the query tail is repeated
/// @param readWaitNanosMax how long a read waits before the client is sent to another replica
/// @param copyWindowUpdates updates sent ahead to a replica that is being filled
/// @param accuseNanos how long a neighbour may leave a question open before the master is told;
///     more than `stallNanos`, after which a question is asked. Higher: a neighbour may pause for
///     longer; lower: a cut link stalls writes for less long
public record ReplicaSettings(
        int minWriteReplicas,
        int windowUpdatesMax,
        long windowBytesMax,
        int readsWaitingMax,
        int outcomesMax,
        int retainedUpdates,
        long helloRetryNanos,
        long stallNanos,
        long queryRetryNanos,
        long readWaitNanosMax,
        int copyWindowUpdates,
        long accuseNanos) {
    /// What a server uses unless told otherwise.
    public static ReplicaSettings defaults(int minWriteReplicas) {
        return new ReplicaSettings(minWriteReplicas, 1_024, 16L << 20, 10_000, 16_384, 128,
                20_000_000L, 500_000_000L, 100_000_000L, 1_000_000_000L, 256, 1_000_000_000L);
    }

    public ReplicaSettings {
        if (minWriteReplicas < 1 || windowUpdatesMax < 1 || readsWaitingMax < 1
                || outcomesMax < windowUpdatesMax || copyWindowUpdates < 1) {
            throw new IllegalArgumentException(
                    "limits are at least 1, and outcomesMax covers windowUpdatesMax");
        }
        if (accuseNanos <= stallNanos) {
            throw new IllegalArgumentException("accuseNanos is above stallNanos");
        }
    }
}
