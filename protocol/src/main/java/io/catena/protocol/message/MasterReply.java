package io.catena.protocol.message;

import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import java.util.List;
import java.util.Optional;

/// What the master answers to a [MasterMessage].
public sealed interface MasterReply {
    /// Nothing was done here: ask the leader, if one is known, or any other master.
    record NotLeader(Optional<NodeId> leader) implements MasterReply {}

    /// @param leaseMillis how long a grant lasts from the moment its heartbeat was sent
    record Registered(Member member, long leaseMillis, ClusterUpdate update)
            implements MasterReply {}

    /// @param stampNanos of the heartbeat: the lease runs from then
    /// @param update to be adopted by every replica of the node before the lease is used
    /// @param standDown seats of the node that shall serve nothing more, whatever its lease
    record Granted(
            long stampNanos, long leaseMillis, ClusterUpdate update, List<ChainEpoch> standDown)
            implements MasterReply {
        public Granted {
            standDown = List.copyOf(standDown);
        }
    }

    /// No lease now, perhaps with the next heartbeat.
    record Withheld(String reason, ClusterUpdate update) implements MasterReply {}

    /// Never again a lease for this member: a newer life of the node exists, or it gave its lease
    /// back. The process must stop or register anew.
    record Fenced(String reason) implements MasterReply {}

    /// The new bucket, in state CREATING.
    record BucketCreated(BucketRecord bucket) implements MasterReply {}

    /// A bucket of this name exists, in whatever state.
    record BucketExists(BucketRecord bucket) implements MasterReply {}

    record NoSuchBucket() implements MasterReply {}

    /// The bucket's shards are not, or no longer, those that the message names: nothing was done.
    record OtherShards() implements MasterReply {}

    /// Users and keys are as they were, or a bucket was to be made for a user who is gone.
    record AccountRefused(AccountRefusal refusal) implements MasterReply {}

    record Done() implements MasterReply {}

    record OfTrust(TrustReply reply) implements MasterReply {}

    /// It cannot be done as things are, and was not done; trying again does not help.
    record Refused(String reason) implements MasterReply {}

    /// Replicas that move, or would move.
    record Moves(MovesPlan plan) implements MasterReply {}

    /// It cannot be done now, and was perhaps not done; try again after a pause.
    record Unavailable(String reason) implements MasterReply {}
}
