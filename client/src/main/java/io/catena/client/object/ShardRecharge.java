package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.message.ClientMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Gives a shard's objects that former builds wrote a charge with a slot group: they are written
/// again as they are. Before that the shard cannot be cut, since copies of them would count.
final class ShardRecharge implements ShardWork {
    private static final int BATCH = ClientMessage.Write.CONDITIONS_MAX - 1;

    private final long bucketId;
    private final ShardRecord shard;
    private final ShardCopies copies;
    private final Deque<ScanEntry.Item> found = new ArrayDeque<>();
    private List<ScanEntry.Item> batch = List.of();
    private Optional<Bytes> from = Optional.of(Bytes.EMPTY);

    ShardRecharge(long bucketId, ShardRecord shard) {
        this.bucketId = bucketId;
        this.shard = shard;
        this.copies = new ShardCopies(bucketId, shard, shard.chain());
    }

    @Override
    public ShardAsk start() {
        return step();
    }

    @Override
    public ShardAsk next(ShardAnswer answer) {
        return switch (answer) {
            case ShardAnswer.Page page -> {
                page.entries().stream().map(ScanEntry.Item.class::cast)
                        .filter(this::isFormer).forEach(found::add);
                from = page.next();
                yield step();
            }
            case ShardAnswer.Stored _ -> step();
            // Whoever wrote the record meanwhile gave it the new charge.
            case ShardAnswer.Refused(int index) when index > 0 -> {
                List<ScanEntry.Item> left = new ArrayList<>(batch);
                left.remove(index - 1);
                yield left.isEmpty() ? step() : write(left);
            }
            case ShardAnswer.Refused _, ShardAnswer.BodyGone _ -> new ShardAsk.Over(false);
            case ShardAnswer.Versions _, ShardAnswer.Changed _ ->
                    throw new IllegalStateException("no answer to what was asked: " + answer);
        };
    }

    private boolean isFormer(ScanEntry.Item item) {
        return item.version().charge().map(Charge::scope)
                .filter(scope -> ChargeScopes.former(bucketId).holds(scope)).isPresent();
    }

    private ShardAsk step() {
        if (!found.isEmpty()) {
            List<ScanEntry.Item> some = new ArrayList<>();
            while (some.size() < BATCH && !found.isEmpty()) {
                some.add(found.removeFirst());
            }
            return write(some);
        }
        return from.<ShardAsk>map(key -> new ShardAsk.Scan(shard.chain(), range(key)))
                .orElseGet(() -> new ShardAsk.Over(true));
    }

    private ScanRange range(Bytes key) {
        return ScanRange.all(RecordKeys.object(bucketId, Bytes.EMPTY), key,
                ShardCopies.PAGE_ENTRIES);
    }

    private ShardAsk write(List<ScanEntry.Item> some) {
        batch = some;
        List<Condition> conditions = new ArrayList<>();
        List<Mutation> mutations = new ArrayList<>();
        conditions.add(new Condition.TagIs(
                RecordKeys.shard(bucketId, shard), ShardState.OPEN.tag()));
        for (ScanEntry.Item item : some) {
            conditions.add(new Condition.PositionIs(item.key(), item.version().position()));
            mutations.add(copies.copy(item.key(), item.version()));
        }
        return new ShardAsk.Write(
                shard.chain(), conditions, mutations, Optional.of(shard.chain()));
    }
}
