package io.catena.client.master;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.message.ClusterUpdate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// The cluster's state as this server knows it: immutable, made new by each update of the master.
///
/// @param version of the master's state that this is
/// @param nodes by id, without those that were removed
/// @param chains by id
/// @param buckets by name, in every state
/// @param keys access keys by id, also such as are not taken
/// @param users by id; the root user is known from the start
/// @param removedServers numbers of servers that are no part of the cluster any more
public record ClusterView(
        long version,
        SortedMap<NodeId, NodeRecord> nodes,
        SortedMap<ChainId, ChainConfiguration> chains,
        SortedMap<String, BucketRecord> buckets,
        SortedMap<String, AccessKey> keys,
        SortedMap<String, UserRecord> users,
        SortedSet<Integer> removedServers) {
    public static final ClusterView EMPTY = new ClusterView(
            0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(),
            new TreeMap<>(Map.of(UserRecord.ROOT_ID, UserRecord.ROOT)), new TreeSet<>());

    public ClusterView {
        nodes = Collections.unmodifiableSortedMap(nodes);
        chains = Collections.unmodifiableSortedMap(chains);
        buckets = Collections.unmodifiableSortedMap(buckets);
        keys = Collections.unmodifiableSortedMap(keys);
        users = Collections.unmodifiableSortedMap(users);
        removedServers = Collections.unmodifiableSortedSet(removedServers);
    }

    public Optional<NodeRecord> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public Optional<ChainConfiguration> chain(ChainId id) {
        return Optional.ofNullable(chains.get(id));
    }

    /// The bucket that clients see under `name`.
    public Optional<BucketRecord> activeBucket(String name) {
        return Optional.ofNullable(buckets.get(name))
                .filter(bucket -> bucket.state() == BucketState.ACTIVE);
    }

    public Optional<AccessKey> key(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    public Optional<UserRecord> user(String id) {
        return Optional.ofNullable(users.get(id));
    }

    /// Whether `update` can be applied here: it starts no later than this version ends.
    boolean reaches(ClusterUpdate update) {
        return update.whole() || update.since() <= version;
    }

    /// The view after `update`; this one when it brings nothing new.
    ClusterView apply(ClusterUpdate update) {
        if (update.version() <= version) {
            return this;
        }
        ClusterView base = update.whole() ? EMPTY : this;
        return new ClusterView(update.version(),
                merged(base.nodes, removed(update.nodes()), present(update.nodes()),
                        NodeRecord::id),
                merged(base.chains, List.of(), update.chains(), ChainConfiguration::chain),
                merged(base.buckets, update.removedBuckets(), update.buckets(),
                        BucketRecord::name),
                merged(base.keys, update.removedKeys(), update.keys(), AccessKey::id),
                merged(base.users, update.removedUsers(), update.users(), UserRecord::id),
                new TreeSet<>(update.removedServers()));
    }

    private static List<NodeId> removed(List<NodeRecord> written) {
        return written.stream().filter(NodeRecord::isRemoved).map(NodeRecord::id).toList();
    }

    private static List<NodeRecord> present(List<NodeRecord> written) {
        return written.stream().filter(node -> !node.isRemoved()).toList();
    }

    private static <K, V> SortedMap<K, V> merged(
            SortedMap<K, V> base, List<K> removed, List<V> written, Function<V, K> key) {
        if (removed.isEmpty() && written.isEmpty()) {
            return base;
        }
        SortedMap<K, V> merged = new TreeMap<>(base);
        removed.forEach(merged::remove);
        written.forEach(value -> merged.put(key.apply(value), value));
        return merged;
    }

    /// Never the records: keys have secrets.
    @Override
    public String toString() {
        return "ClusterView[" + version + "]";
    }
}
