package io.catena.client.object;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Buckets in memory.
final class FakeBuckets implements Buckets {
    private final TreeMap<String, BucketRecord> records = new TreeMap<>();
    private final List<ShardRecord> shards;
    private long lastId;

    FakeBuckets(List<ShardRecord> shards) {
        this.shards = shards;
    }

    /// Of two shards each is on the other's chain from now on.
    void turnAround() {
        records.replaceAll((_, bucket) -> bucket.with(List.of(
                on(bucket.shards().get(1), bucket.shards().get(0)),
                on(bucket.shards().get(0), bucket.shards().get(1)))));
    }

    private static ShardRecord on(ShardRecord other, ShardRecord shard) {
        return new ShardRecord(other.chain(), shard.slotFrom(), shard.slotTo(), shard.keyFrom(),
                shard.keyTo());
    }

    @Override
    public Optional<Credential> credential(String keyId, ReadLevel level) {
        return Optional.of(
                new Credential(AccessKey.ofRoot(keyId, "secret"), UserRecord.ROOT));
    }

    @Override
    public Optional<UserRecord> user(String id, ReadLevel level) {
        return Optional.of(UserRecord.ROOT);
    }

    @Override
    public Optional<BucketRecord> bucket(String name, ReadLevel level) {
        return Optional.ofNullable(records.get(name));
    }

    @Override
    public List<BucketRecord> buckets() {
        return List.copyOf(records.values());
    }

    @Override
    public Future<BucketRecord> allocate(String name, String ownerId) {
        return Future.succeededFuture(records.computeIfAbsent(name, _ -> new BucketRecord(
                ++lastId, name, 5, ownerId, shards, BucketState.CREATING)));
    }

    @Override
    public Future<BucketRecord> activate(long bucketId) {
        BucketRecord found = records.values().stream()
                .filter(one -> one.id() == bucketId).findFirst().orElseThrow();
        BucketRecord active = new BucketRecord(found.id(), found.name(), found.createdMillis(),
                found.ownerId(), found.shards(), BucketState.ACTIVE);
        records.put(found.name(), active);
        return Future.succeededFuture(active);
    }

    @Override
    public Future<Boolean> remove(long bucketId, List<ShardRecord> closed) {
        boolean others = records.values().stream().anyMatch(
                bucket -> bucket.id() == bucketId && !bucket.shards().equals(closed));
        records.values().removeIf(bucket -> bucket.id() == bucketId && !others);
        return Future.succeededFuture(!others);
    }

    @Override
    public Future<Boolean> setVersioning(
            long bucketId, BucketVersioning versioning, List<ShardRecord> shards) {
        BucketRecord found = records.values().stream()
                .filter(one -> one.id() == bucketId).findFirst().orElseThrow();
        boolean same = found.shards().equals(shards);
        if (same) {
            records.put(found.name(), found.with(versioning));
        }
        return Future.succeededFuture(same);
    }

    /// Takes every step whose shard is there; what is legal is the master's business.
    @Override
    public Future<Boolean> change(long bucketId, ShardRecord before, List<ShardRecord> after) {
        BucketRecord bucket = records.values().stream()
                .filter(one -> one.id() == bucketId).findFirst().orElse(null);
        if (bucket == null) {
            return Future.succeededFuture(false);
        }
        List<ShardRecord> next = new ArrayList<>(bucket.shards());
        int at = next.indexOf(before);
        if (at >= 0) {
            next.remove(at);
            next.addAll(at, after);
            records.put(bucket.name(), bucket.with(next));
        }
        return Future.succeededFuture(next.containsAll(after));
    }
}
