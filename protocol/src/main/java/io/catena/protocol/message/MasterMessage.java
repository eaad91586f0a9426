package io.catena.protocol.message;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.ShardRecord;
import java.util.List;

/// What a server asks of the master. Only the leader acts on it; which server asks is said by the
/// certificate of the connection, and it speaks for its own nodes only.
public sealed interface MasterMessage {
    /// Once per life of a node: asks for an incarnation.
    ///
    /// @param node the disk that was opened
    /// @param host where the other servers reach this one
    /// @param diskIdentity of the disk that this process has locked: proof that no former life with
    ///     the same disk serves
    /// @param processToken random, made when the disk was opened: a repeated request gets the same
    ///     answer
    /// @param partialChains whose replica on this disk was still being filled: they must not start
    ///     a chain again
    record Register(
            NodeId node, String host, int port, String diskIdentity, long processToken,
            List<ChainId> partialChains)
            implements MasterMessage {
        public Register {
            partialChains = List.copyOf(partialChains);
        }
    }

    /// Asks for a lease from the moment of sending on.
    ///
    /// @param stampNanos when it was sent, on the node's own clock; the grant repeats it
    /// @param knownVersion of the cluster state that the node acts on
    /// @param report of the node's replicas
    record Heartbeat(Member member, long stampNanos, long knownVersion, Report report)
            implements MasterMessage {}

    /// What the replicas of a node have to say. What a report does not repeat holds no longer.
    ///
    /// @param whole joining replicas that the node, as query tail, has seen to be whole
    /// @param accusations neighbours that leave a replica of this node waiting
    /// @param stoodDown seats of this node that serve nothing more, as [MasterReply.Granted] asked
    record Report(
            List<JoiningWhole> whole, List<Accusation> accusations, List<ChainEpoch> stoodDown) {
        public static final Report NOTHING = new Report(List.of(), List.of(), List.of());

        public Report {
            whole = List.copyOf(whole);
            accusations = List.copyOf(accusations);
            stoodDown = List.copyOf(stoodDown);
        }
    }

    /// A replica of the sender cannot work with its neighbour in this chain, in this epoch.
    record Accusation(ChainId chain, Epoch epoch, Member accused) {}

    /// One configuration of one chain.
    record ChainEpoch(ChainId chain, Epoch epoch) {}

    /// The query tail's word that the joining replica of its chain holds everything, in this epoch.
    record JoiningWhole(ChainId chain, Epoch epoch, Member joining) {}

    /// The member serves nothing from now on: its lease is over. For a graceful stop.
    record GiveBack(Member member) implements MasterMessage {}

    /// Makes the record of a bucket, in state CREATING; its shard is still to be opened.
    record CreateBucket(String name, String ownerId) implements MasterMessage {}

    /// Makes the bucket visible; answered when every node with a lease sees it.
    record ActivateBucket(long id) implements MasterMessage {}

    /// Removes the record, if its shards are those that the caller has closed; answered when no
    /// node with a lease sees it.
    record RemoveBucket(long id, List<ShardRecord> closed) implements MasterMessage {
        public RemoveBucket {
            closed = List.copyOf(closed);
        }
    }

    /// Puts `after` in the place of the shard `before`, one legal step of the bucket's map;
    /// answered when every node with a lease acts on it. May be repeated.
    record ChangeShard(long bucketId, ShardRecord before, List<ShardRecord> after)
            implements MasterMessage {
        public ChangeShard {
            after = List.copyOf(after);
        }
    }

    /// Says whether the bucket keeps versions, if its shards are those that the caller has told of
    /// it (`shards`); answered when every node with a lease acts on it. May be repeated.
    record SetVersioning(long bucketId, BucketVersioning versioning, List<ShardRecord> shards)
            implements MasterMessage {
        public SetVersioning {
            shards = List.copyOf(shards);
        }
    }

    /// Changes users or access keys; answered when every node with a lease acts on it.
    record ChangeAccounts(AccountChange change) implements MasterMessage {}

    /// Something about who belongs to the cluster; answered with [MasterReply.OfTrust].
    record OfTrust(TrustMessage message) implements MasterMessage {}

    /// What a server says of one of its disks, for the placement of replicas.
    ///
    /// @param weight capacity in GiB, at least 1
    record DescribeNode(NodeId node, String zone, long weight) implements MasterMessage {}

    /// Gives nodes another duty; refused with the reason when it cannot be. REMOVED is for all
    /// nodes of a server, which are drained.
    record ChangeDuty(List<NodeId> nodes, NodePlacing.Duty duty) implements MasterMessage {
        public ChangeDuty {
            nodes = List.copyOf(nodes);
        }
    }

    /// What draining these nodes would do; changes nothing.
    record PreviewDrain(List<NodeId> nodes) implements MasterMessage {
        public PreviewDrain {
            nodes = List.copyOf(nodes);
        }
    }

    /// What there is to move now, and what moves.
    record AskBalance() implements MasterMessage {}
}
