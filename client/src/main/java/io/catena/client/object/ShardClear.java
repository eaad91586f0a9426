package io.catena.client.object;

import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Takes a shard's records away from a chain that it is not on: any more, or yet. An upload goes
/// behind its parts, which are found by it; parts of objects stay.
final class ShardClear implements ShardWork {
    private final ShardCopies copies;
    private final Condition fence;
    private final Deque<ScanRange> ranges = new ArrayDeque<>();
    private final List<Mutation> pending = new ArrayList<>();
    /// Uploads whose parts are being cleared, and go behind them.
    private final List<Mutation> uploads = new ArrayList<>();

    /// @param copies on the chain that is to be cleared
    /// @param fence holds as long as it may be
    ShardClear(ShardCopies copies, Condition fence) {
        this.copies = copies;
        this.fence = fence;
        ranges.addAll(copies.ranges());
    }

    @Override
    public ShardAsk start() {
        return step();
    }

    @Override
    public ShardAsk next(ShardAnswer answer) {
        return switch (answer) {
            case ShardAnswer.Page page -> {
                found(page);
                yield step();
            }
            case ShardAnswer.Stored _ -> step();
            case ShardAnswer.Refused _ -> new ShardAsk.Over(false);
            case ShardAnswer.Versions _, ShardAnswer.Changed _, ShardAnswer.BodyGone _ ->
                    throw new IllegalStateException("no answer to what was asked: " + answer);
        };
    }

    private void found(ShardAnswer.Page page) {
        ScanRange range = ranges.removeFirst();
        page.next().map(range::startingAt).ifPresent(ranges::addFirst);
        List<ScanRange> parts = new ArrayList<>();
        for (ScanEntry entry : page.entries()) {
            ScanEntry.Item item = (ScanEntry.Item) entry;
            if (!copies.holds(item.key(), item.version())) {
                continue;
            }
            boolean upload = ShardCopies.isUpload(item.key());
            (upload ? uploads : pending).add(ShardCopies.clear(item.key()));
            if (upload) {
                parts.add(copies.partsOf(item.key()));
            }
        }
        parts.forEach(ranges::addFirst);
    }

    private ShardAsk step() {
        if (!pending.isEmpty()) {
            return delete(pending);
        }
        boolean partsLeft = !ranges.isEmpty()
                && RecordKeys.tag(ranges.getFirst().prefix()) == 'p';
        if (!partsLeft && !uploads.isEmpty()) {
            return delete(uploads);
        }
        return ranges.isEmpty() ? new ShardAsk.Over(true)
                : new ShardAsk.Scan(copies.from(), ranges.getFirst());
    }

    private ShardAsk delete(List<Mutation> some) {
        List<Mutation> now = List.copyOf(some);
        some.clear();
        return new ShardAsk.Write(copies.from(), List.of(fence), now, Optional.empty());
    }
}
