package io.catena.master.cluster;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.ShardRecord;
import java.util.List;

/// A change of the cluster's state, as it stands in the Raft log. Time is a field where it matters.
public sealed interface Command {
    /// A process of `node` asks for an incarnation; see
    /// [io.catena.protocol.message.MasterMessage.Register].
    record RegisterNode(
            NodeId node, String host, int port, String diskIdentity, long processToken,
            List<ChainId> partialChains)
            implements Command {
        public RegisterNode {
            partialChains = List.copyOf(partialChains);
        }
    }

    /// The first chains; refused when there are some.
    record CreateChains(List<ChainConfiguration> chains) implements Command {
        public CreateChains {
            chains = List.copyOf(chains);
        }
    }

    /// Further chains, in epoch 1, their ids behind the last; see [Duties].
    record AddChains(List<ChainConfiguration> chains) implements Command {
        public AddChains {
            chains = List.copyOf(chains);
        }
    }

    /// What a server says of one of its disks.
    record DescribeNode(NodeId node, String zone, long weight) implements Command {}

    /// Another duty for these nodes; see [Duties].
    ///
    /// @param serversMin a drain is refused that leaves fewer servers which take replicas
    record ChangeDuty(List<NodeId> nodes, NodePlacing.Duty duty, int serversMin)
            implements Command {
        public ChangeDuty {
            nodes = List.copyOf(nodes);
        }
    }

    /// The next configuration of a chain; refused unless it is one legal step from the present one.
    record ChangeChain(ChainConfiguration next) implements Command {}

    record CreateBucket(String name, String ownerId, long atMillis) implements Command {}

    record ActivateBucket(long id) implements Command {}

    /// Refused when the bucket's shards are others than those that were closed; `closed` is empty
    /// in logs of former versions, when no shard ever changed.
    record RemoveBucket(long id, List<ShardRecord> closed) implements Command {
        public RemoveBucket {
            closed = List.copyOf(closed);
        }
    }

    /// One step of a bucket's map; see [ShardChange].
    record ChangeShard(long bucketId, ShardRecord before, List<ShardRecord> after)
            implements Command {
        public ChangeShard {
            after = List.copyOf(after);
        }
    }

    /// Refused when the bucket's shards are others than `shards`.
    record SetVersioning(long bucketId, BucketVersioning versioning, List<ShardRecord> shards)
            implements Command {
        public SetVersioning {
            shards = List.copyOf(shards);
        }
    }

    /// A change of users or access keys; see [Accounts].
    record ChangeAccounts(AccountChange change) implements Command {}

    record OfTrust(TrustCommand command) implements Command {}
}
