package io.catena.master.cluster;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.ShardRecord.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One legal step of a bucket's map (decision 0007): a cut in four, the announcement of a move, its
/// switch, its end. Pure.
final class ShardChange {
    /// Moves that are announced and not switched, in the whole cluster: what is copied at a time.
    static final int MOVES_MAX = 8;

    private ShardChange() {}

    /// Whether `after` may take the place of `before`.
    ///
    /// @param chains that there are
    /// @param moves that are announced and not switched
    static boolean isLegal(BucketRecord bucket, ShardRecord before, List<ShardRecord> after,
            Set<ChainId> chains, long moves) {
        if (after.size() == ShardRecord.CUT) {
            return before.canBeCut() && after.equals(before.cut())
                    && bucket.shards().size() + ShardRecord.CUT - 1 <= ShardRecord.SHARDS_MAX;
        }
        return after.size() == 1 && isStep(before, after.getFirst(), chains, moves);
    }

    private static boolean isStep(
            ShardRecord before, ShardRecord after, Set<ChainId> chains, long moves) {
        if (before.move().isEmpty()) {
            return moves < MOVES_MAX && after.move().orElse(null) instanceof Move.To(ChainId to)
                    && chains.contains(to) && !to.equals(before.chain())
                    && after.equals(before.movingTo(to));
        }
        return switch (before.move().get()) {
            case Move.To(ChainId to) -> after.equals(before.switchedTo(to));
            case Move.From _ -> after.equals(before.moved());
        };
    }

    /// The bucket's shards with `after` in the place of `before`.
    static List<ShardRecord> replaced(
            BucketRecord bucket, ShardRecord before, List<ShardRecord> after) {
        List<ShardRecord> next = new ArrayList<>(bucket.shards());
        int at = next.indexOf(before);
        next.remove(at);
        next.addAll(at, after);
        return next;
    }
}
