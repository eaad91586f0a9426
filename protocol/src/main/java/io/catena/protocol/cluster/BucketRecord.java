package io.catena.protocol.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Slots;
import java.util.List;

/// A bucket as the master knows it.
///
/// @param id never used again, also not for a later bucket of the same name
/// @param ownerId the user that created it
/// @param shards the parts of its index, disjoint, together covering every key
/// @param state only an [BucketState#ACTIVE] bucket is seen by clients
/// @param versioning only an active bucket has another one than [BucketVersioning#NEVER]
public record BucketRecord(
        long id, String name, long createdMillis, String ownerId, List<ShardRecord> shards,
        BucketState state, BucketVersioning versioning) {
    public BucketRecord {
        shards = List.copyOf(shards);
        if (state != BucketState.ACTIVE && versioning != BucketVersioning.NEVER) {
            throw new IllegalArgumentException("versioning of a bucket that is not active");
        }
    }

    /// A bucket that never had versions.
    public BucketRecord(
            long id, String name, long createdMillis, String ownerId, List<ShardRecord> shards,
            BucketState state) {
        this(id, name, createdMillis, ownerId, shards, state, BucketVersioning.NEVER);
    }

    /// This bucket with these shards.
    public BucketRecord with(List<ShardRecord> next) {
        return new BucketRecord(id, name, createdMillis, ownerId, next, state, versioning);
    }

    /// This bucket, seen by clients from now on.
    public BucketRecord activated() {
        return new BucketRecord(id, name, createdMillis, ownerId, shards, BucketState.ACTIVE);
    }

    /// This bucket, which is active, with this versioning.
    public BucketRecord with(BucketVersioning next) {
        return new BucketRecord(id, name, createdMillis, ownerId, shards, state, next);
    }

    /// This bucket with this owner.
    public BucketRecord ownedBy(String userId) {
        return new BucketRecord(id, name, createdMillis, userId, shards, state, versioning);
    }

    /// The shard that holds `key`.
    public ShardRecord shardOf(Bytes key) {
        int slot = Slots.slotOf(key);
        return shards.stream().filter(shard -> shard.holds(key, slot)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no shard of " + name
                        + " holds the key"));
    }
}
