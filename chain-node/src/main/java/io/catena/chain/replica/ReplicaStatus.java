package io.catena.chain.replica;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import java.util.Optional;

/// What a replica shows to those who watch it; they are outside of the core.
///
/// @param whole it holds everything that a member must
/// @param stoodDown the master asked it to serve nothing in this epoch, and it obeys
/// @param room on its disk and those of all members behind it
/// @param unresponsive the neighbour that leaves it waiting for too long in this epoch
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
        boolean stoodDown,
        boolean room,
        Optional<Member> unresponsive,
        long readsClean,
        long readsDirty) {
    /// The replica's place in its chain.
    public enum Role { NONE, HEAD, MIDDLE, TAIL, SOLE, JOINING }
}
