package io.catena.chain.replica;

import io.catena.protocol.chain.ChainConfiguration;
import java.util.Optional;

/// What a replica shows to those who watch it; they are outside of the core.
///
/// @param whole it holds everything that a member must
/// @param readsClean reads answered from here without a question
/// @param readsDirty reads that asked the query tail first
public record ReplicaStatus(
        Optional<ChainConfiguration> configuration,
        Role role,
        boolean serving,
        boolean confirmed,
        long leaseUntilNanos,
        long endSeq,
        long durableSeq,
        long committedSeq,
        long appliedSeq,
        boolean whole,
        long readsClean,
        long readsDirty) {
    /// The replica's place in its chain.
    public enum Role { NONE, HEAD, MIDDLE, TAIL, SOLE, JOINING }
}
