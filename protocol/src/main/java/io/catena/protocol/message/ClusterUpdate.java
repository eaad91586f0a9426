package io.catena.protocol.message;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.UserRecord;
import java.util.List;

/// What changed in the cluster's state after version `since`, up to `version`. It may be applied by
/// whoever knows a version between the two: each record in it is the newest, and replaces the
/// former one of the same node, chain, bucket name, key or user id.
///
/// @param since 0: the update is the whole state, and everything else is to be forgotten
/// @param removedBuckets names; a name may be in `buckets` too when it was made anew
/// @param removedKeys ids of access keys
/// @param removedUsers ids
/// @param removedServers numbers of all servers that are no part of the cluster any more
public record ClusterUpdate(
        long since,
        long version,
        List<NodeRecord> nodes,
        List<ChainConfiguration> chains,
        List<BucketRecord> buckets,
        List<String> removedBuckets,
        List<AccessKey> keys,
        List<String> removedKeys,
        List<UserRecord> users,
        List<String> removedUsers,
        List<Integer> removedServers) {
    public ClusterUpdate {
        nodes = List.copyOf(nodes);
        chains = List.copyOf(chains);
        buckets = List.copyOf(buckets);
        removedBuckets = List.copyOf(removedBuckets);
        keys = List.copyOf(keys);
        removedKeys = List.copyOf(removedKeys);
        users = List.copyOf(users);
        removedUsers = List.copyOf(removedUsers);
        removedServers = List.copyOf(removedServers);
    }

    public boolean whole() {
        return since == 0;
    }

    /// Never the records: an update may hold the whole state.
    @Override
    public String toString() {
        return "ClusterUpdate[" + since + ".." + version + "]";
    }
}
