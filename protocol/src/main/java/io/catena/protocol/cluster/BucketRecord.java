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
public record BucketRecord(
        long id, String name, long createdMillis, String ownerId, List<ShardRecord> shards,
        BucketState state) {
    public BucketRecord {
        shards = List.copyOf(shards);
    }

    /// This bucket with these shards.
    public BucketRecord with(List<ShardRecord> next) {
        return new BucketRecord(id, name, createdMillis, ownerId, next, state);
    }

    /// This bucket with this owner.
    public BucketRecord ownedBy(String userId) {
        return new BucketRecord(id, name, createdMillis, userId, shards, state);
    }

    /// The shard that holds `key`.
    public ShardRecord shardOf(Bytes key) {
        int slot = Slots.slotOf(key);
        return shards.stream().filter(shard -> shard.holds(key, slot)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no shard of " + name
                        + " holds the key"));
    }
}
