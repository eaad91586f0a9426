package io.catena.client.object;

import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.message.ClientMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Copies everything of a shard to another chain: page by page, each in writes whose bodies are
/// bounded. An upload's parts follow behind the page that it is on.
final class ShardFill implements ShardWork {
    /// What is staged for one write; one body may be larger.
    private static final int BODY_BYTES_MAX = 8 << 20;
    /// Of the records themselves: one more, however large, still fits in a write.
    private static final int WEIGHT_BYTES_MAX = ClientMessage.Write.WEIGHT_BYTES_MAX / 2;

    private final ShardCopies copies;
    private final ChainId to;
    private final Condition fence;
    /// What is still to be read; the first is read and not yet written as long as [#read] is true.
    private final Deque<ScanRange> ranges = new ArrayDeque<>();
    private final Deque<Mutation> pending = new ArrayDeque<>();
    private boolean read;
    private int bodiesGone;
    /// What follows on the first range, when it was read.
    private final List<ScanRange> following = new ArrayList<>();

    /// @param fence holds as long as nobody else fills the chain
    ShardFill(ShardCopies copies, ChainId to, Condition fence) {
        this.copies = copies;
        this.to = to;
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
            case ShardAnswer.BodyGone _ -> {
                pending.clear();
                read = false;
                bodiesGone++;
                yield bodiesGone > ShardCopies.BODIES_GONE_MAX
                        ? new ShardAsk.Over(false) : step();
            }
            case ShardAnswer.Refused _ -> new ShardAsk.Over(false);
            case ShardAnswer.Versions _, ShardAnswer.Changed _ ->
                    throw new IllegalStateException("no answer to what was asked: " + answer);
        };
    }

    private void found(ShardAnswer.Page page) {
        read = true;
        following.clear();
        for (ScanEntry entry : page.entries()) {
            ScanEntry.Item item = (ScanEntry.Item) entry;
            if (copies.holds(item.key(), item.version())) {
                pending.add(copies.copy(item.key(), item.version()));
                if (ShardCopies.isUpload(item.key())) {
                    following.add(copies.partsOf(item.key()));
                }
            }
        }
        page.next().map(ranges.getFirst()::startingAt).ifPresent(following::add);
    }

    private ShardAsk step() {
        if (!pending.isEmpty()) {
            return new ShardAsk.Write(
                    to, List.of(fence), batch(pending), Optional.of(copies.from()));
        }
        if (read) {
            read = false;
            ranges.removeFirst();
            following.reversed().forEach(ranges::addFirst);
        }
        return ranges.isEmpty() ? new ShardAsk.Over(true)
                : new ShardAsk.Scan(copies.from(), ranges.getFirst());
    }

    /// Takes what one write may hold.
    static List<Mutation> batch(Deque<Mutation> pending) {
        List<Mutation> batch = new ArrayList<>();
        long bodyBytes = 0;
        long weightBytes = 0;
        while (!pending.isEmpty() && batch.size() < ShardCopies.PAGE_ENTRIES
                && bodyBytes < BODY_BYTES_MAX && weightBytes < WEIGHT_BYTES_MAX) {
            Mutation next = pending.removeFirst();
            if (next instanceof Mutation.Put put) {
                bodyBytes += put.body().map(BodyRef::lengthBytes).orElse(0);
                weightBytes += put.key().length() + put.value().length();
            }
            batch.add(next);
        }
        return batch;
    }
}
