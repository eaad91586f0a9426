package io.catena.admin;

import io.catena.client.chain.StorageException;
import io.catena.client.master.AccountRefused;
import io.catena.client.master.ClusterView;
import io.catena.client.master.MasterRefused;
import io.catena.client.object.Credential;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.message.MovesPlan;
import io.vertx.core.Future;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;

/// A cluster in a heap, for tests of the API: it takes what the master would take, and refuses when
/// told to.
final class MemoryCluster implements Administration {
    static final AccessKey ROOT_KEY = AccessKey.ofRoot("ROOTKEY", "root-secret");

    final ConcurrentSkipListMap<String, UserRecord> users = new ConcurrentSkipListMap<>();
    final ConcurrentSkipListMap<String, AccessKey> keys = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, BucketRecord> buckets =
            new ConcurrentSkipListMap<>();
    volatile Optional<AccountRefusal> refusal = Optional.empty();
    volatile boolean leased = true;
    volatile List<String> reasons = List.of();
    volatile Usage usage = Usage.NONE;
    volatile int changes;
    final Set<Integer> removed = new ConcurrentSkipListSet<>();
    /// Server 3 is in no chain any more.
    volatile boolean drained;
    volatile boolean masterRefuses;
    private final ConcurrentSkipListMap<Integer, NodePlacing.Duty> duties =
            new ConcurrentSkipListMap<>();

    MemoryCluster() {
        users.put(UserRecord.ROOT_ID, UserRecord.ROOT);
        keys.put(ROOT_KEY.id(), ROOT_KEY);
    }

    @Override
    public String clusterId() {
        return "cluster-1";
    }

    @Override
    public ClusterView view() {
        if (!leased) {
            throw new StorageException(StorageException.Kind.UNAVAILABLE, "no lease");
        }
        TreeMap<NodeId, NodeRecord> nodes = new TreeMap<>();
        for (NodeId id : List.of(new NodeId(1), new NodeId(2), new NodeId(2, 2), new NodeId(3))) {
            nodes.put(id, new NodeRecord(id, "127.0.0." + id.server(), 9_002, new Incarnation(4),
                    "disk", new Incarnation(1), NodePlacing.NEW.with(
                            duties.getOrDefault(id.server(), NodePlacing.Duty.ACTIVE))));
        }
        TreeMap<ChainId, ChainConfiguration> chains = new TreeMap<>();
        chains.put(new ChainId(1), new ChainConfiguration(new ChainId(1), new Epoch(7),
                List.of(Member.of(1, 4), Member.of(2, 4)), drained ? Optional.empty()
                        : Optional.of(Member.of(3, 4))));
        chains.put(new ChainId(2), new ChainConfiguration(new ChainId(2), new Epoch(3),
                List.of(Member.of(2, 4)), Optional.empty()));
        return new ClusterView(9, nodes, chains, new TreeMap<>(buckets), new TreeMap<>(keys),
                new TreeMap<>(users), new TreeSet<>(removed));
    }

    @Override
    public List<String> healthReasons() {
        return reasons;
    }

    @Override
    public Future<Void> change(AccountChange change) {
        if (refusal.isPresent()) {
            return Future.failedFuture(new AccountRefused(refusal.get()));
        }
        changes++;
        switch (change) {
            case AccountChange.CreateUser c -> users.put(c.user().id(), c.user());
            case AccountChange.UpdateUser c -> users.compute(c.id(), (_, user) -> c.of(user));
            case AccountChange.RemoveUser c -> users.remove(c.id());
            case AccountChange.CreateKey c -> keys.put(c.key().id(), c.key());
            case AccountChange.UpdateKey c ->
                    keys.compute(c.id(), (_, key) -> key.with(c.active()));
            case AccountChange.RemoveKey c -> keys.remove(c.id());
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<MovesPlan> balance() {
        return Future.succeededFuture(new MovesPlan(List.of(), 1, 0, "it is being looked at"));
    }

    @Override
    public Future<MovesPlan> previewDrain(int server) {
        return Future.succeededFuture(new MovesPlan(List.of(new MovesPlan.Move(
                new ChainId(1), new NodeId(server), new NodeId(9))), 0, 2, ""));
    }

    @Override
    public Future<Void> changeDuty(int server, NodePlacing.Duty duty) {
        if (masterRefuses) {
            return Future.failedFuture(new MasterRefused("too few servers would be left"));
        }
        changes++;
        duties.put(server, duty);
        return Future.succeededFuture();
    }

    @Override
    public boolean isVoter(int server) {
        return server == 1;
    }

    @Override
    public Future<Void> removeServer(int server) {
        changes++;
        removed.add(server);
        return Future.succeededFuture();
    }

    @Override
    public Future<JoinToken> createJoinToken(long ttlMillis) {
        changes++;
        return Future.succeededFuture(new JoinToken(clusterId(), ttlMillis, Bytes.utf8("digest"),
                Bytes.utf8("secret"),
                List.of(new MasterAddress(new NodeId(1), "127.0.0.1", 9_002))));
    }

    /// Of object storage only what the API asks.
    @Override
    public ObjectStorage storage() {
        InvocationHandler handler = (_, method, arguments) -> switch (method.getName()) {
            case "credential" -> credential((String) arguments[0]);
            case "createBucket" -> create((String) arguments[0], (String) arguments[1]);
            case "deleteBucket" -> delete((BucketRecord) arguments[0]);
            case "usage" -> Future.succeededFuture(usage);
            default -> throw new UnsupportedOperationException(method.getName());
        };
        return (ObjectStorage) Proxy.newProxyInstance(ObjectStorage.class.getClassLoader(),
                new Class<?>[] {ObjectStorage.class}, handler);
    }

    private Optional<Credential> credential(String keyId) {
        return view().key(keyId).filter(AccessKey::active).flatMap(key ->
                view().user(key.userId()).filter(user -> !user.disabled())
                        .map(user -> new Credential(key, user)));
    }

    private Future<BucketRecord> create(String name, String owner) {
        buckets.put(name, new BucketRecord(buckets.size() + 1, name, 5_000, owner,
                List.of(ShardRecord.whole(new ChainId(1))), BucketState.ACTIVE));
        return Future.succeededFuture(buckets.get(name));
    }

    private Future<Void> delete(BucketRecord bucket) {
        if (usage.versions() > 0) {
            return Future.failedFuture(new StorageException(
                    StorageException.Kind.BUCKET_NOT_EMPTY, "not empty"));
        }
        buckets.remove(bucket.name());
        return Future.succeededFuture();
    }
}
