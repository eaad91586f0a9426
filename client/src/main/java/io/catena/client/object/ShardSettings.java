package io.catena.client.object;

/// When shards are split, and for how long their former chains keep them.
///
/// @param objectsMax a shard with more objects is cut in four. Less: more chains share a bucket's
///     writes, and listings merge more walks; more: fewer moves
/// @param movedGraceMillis how long the chain that a shard was moved from keeps its records: for
///     reads below strong by servers that the master does not reach. More costs space
public record ShardSettings(long objectsMax, long movedGraceMillis) {
    public static final ShardSettings DEFAULTS = new ShardSettings(1_000_000, 900_000);

    public ShardSettings {
        if (objectsMax < 1 || movedGraceMillis < 0) {
            throw new IllegalArgumentException("a shard holds at least one object");
        }
    }
}
