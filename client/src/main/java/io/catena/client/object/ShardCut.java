package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.cluster.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a shard in four, on its chain first: whoever still knows one shard is refused there, and
/// waits for the map. Nothing moves.
final class ShardCut implements ShardWork {
    private enum Step { LOOKING, CUTTING, TELLING }

    private final long bucketId;
    private final String name;
    private final ShardRecord shard;
    private Step step = Step.LOOKING;

    ShardCut(long bucketId, String name, ShardRecord shard) {
        this.bucketId = bucketId;
        this.name = name;
        this.shard = shard;
    }

    @Override
    public ShardAsk start() {
        return new ShardAsk.Get(shard.chain(), List.of(key(shard), key(shard.cut().getFirst())));
    }

    @Override
    public ShardAsk next(ShardAnswer answer) {
        return switch (step) {
            case LOOKING -> looked((ShardAnswer.Versions) answer);
            case CUTTING -> answer instanceof ShardAnswer.Stored ? tell() : over(false);
            case TELLING -> over(((ShardAnswer.Changed) answer).taken());
        };
    }

    private ShardAsk looked(ShardAnswer.Versions found) {
        if (ShardState.of(found.versions().getFirst()).equals(Optional.of(ShardState.OPEN))) {
            step = Step.CUTTING;
            return cut();
        }
        // Cut by one that went no further, or closed because the bucket goes.
        boolean isCut = found.versions().getFirst().isEmpty()
                && found.versions().getLast().isPresent();
        return isCut ? tell() : over(false);
    }

    private ShardAsk cut() {
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(new Mutation.Delete(key(shard), false));
        shard.cut().forEach(quarter -> mutations.add(
                RecordKeys.putShard(bucketId, name, quarter, ShardState.OPEN)));
        return new ShardAsk.Write(shard.chain(),
                List.of(new Condition.TagIs(key(shard), ShardState.OPEN.tag())), mutations,
                Optional.empty());
    }

    private ShardAsk tell() {
        step = Step.TELLING;
        return new ShardAsk.Change(bucketId, shard, shard.cut());
    }

    private static ShardAsk over(boolean done) {
        return new ShardAsk.Over(done);
    }

    private Bytes key(ShardRecord one) {
        return RecordKeys.shard(bucketId, one);
    }
}
