package io.catena.client.object;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.ShardRecord.Move;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What is to be done next with a bucket's shards, by its map. Pure. A move is announced as long as
/// a chain has two shards more of the bucket than another: each brings the counts nearer, so it
/// ends, whoever announces what at the same time.
final class ShardPlan {
    private ShardPlan() {}

    /// Moves that the head of `isHere` chains has to go on with.
    static List<ShardRecord> moves(BucketRecord bucket, Predicate<ChainId> isHere) {
        return bucket.shards().stream().filter(shard -> shard.move().isPresent()
                && isHere.test(ShardMove.source(shard))).toList();
    }

    /// The shard that is to be moved next, announced.
    static Optional<Announcement> announce(
            BucketRecord bucket, Collection<ChainId> chains, Predicate<ChainId> isHere) {
        Map<ChainId, Long> counts = counts(bucket, chains);
        return counts.entrySet().stream().min(Map.Entry.comparingByValue()).flatMap(least ->
                bucket.shards().reversed().stream()
                        .filter(shard -> shard.move().isEmpty() && isHere.test(shard.chain())
                                && counts.getOrDefault(shard.chain(), 0L) >= least.getValue() + 2)
                        .max(Comparator.comparing(shard -> counts.get(shard.chain())))
                        .map(shard -> new Announcement(shard, shard.movingTo(least.getKey()))));
    }

    record Announcement(ShardRecord before, ShardRecord after) {}

    /// How many shards each chain has, when all moves have ended.
    private static Map<ChainId, Long> counts(BucketRecord bucket, Collection<ChainId> chains) {
        Map<ChainId, Long> counts = new TreeMap<>();
        chains.forEach(chain -> counts.put(chain, 0L));
        bucket.shards().forEach(shard -> counts.merge(goal(shard), 1L, Long::sum));
        return counts;
    }

    private static ChainId goal(ShardRecord shard) {
        return shard.move().orElse(null) instanceof Move.To(ChainId to) ? to : shard.chain();
    }

    /// Shards that are to be cut when they have become too large.
    static List<ShardRecord> cuttable(BucketRecord bucket, Predicate<ChainId> isHere) {
        boolean full = bucket.shards().size() + ShardRecord.CUT - 1 > ShardRecord.SHARDS_MAX;
        return full ? List.of() : bucket.shards().stream()
                .filter(shard -> shard.canBeCut() && isHere.test(shard.chain())).toList();
    }
}
