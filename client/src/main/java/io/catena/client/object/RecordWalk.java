package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;

/// An ordered walk over records of one chain, a page at a time, that can jump ahead.
final class RecordWalk {
    private final Chains chains;
    private final ChainId chain;
    private final ScanRange range;
    private final ReadLevel level;
    private final Predicate<Bytes> shows;
    private final Deque<ScanEntry.Item> lines = new ArrayDeque<>();
    private Optional<Bytes> next;

    /// @param range where it begins; without a delimiter
    /// @param shows whether a record is of this walk, by its key
    RecordWalk(Chains chains, ChainId chain, ScanRange range, ReadLevel level,
            Predicate<Bytes> shows) {
        this.chains = chains;
        this.chain = chain;
        this.range = range;
        this.level = level;
        this.shows = shows;
        next = Optional.of(range.from());
    }

    boolean mustFetch() {
        return lines.isEmpty() && next.isPresent();
    }

    Future<Void> fetch() {
        return chains.scan(chain, range.startingAt(next.orElseThrow()), level).map(page -> {
            page.entries().stream().map(ScanEntry.Item.class::cast)
                    .filter(item -> shows.test(item.key())).forEach(lines::add);
            next = page.next();
            return null;
        });
    }

    Optional<ScanEntry.Item> first() {
        return Optional.ofNullable(lines.peekFirst());
    }

    ScanEntry.Item take() {
        return lines.removeFirst();
    }

    /// Goes on at the first record that is not less than this one.
    void skipTo(Bytes record) {
        while (!lines.isEmpty() && lines.getFirst().key().compareTo(record) < 0) {
            lines.removeFirst();
        }
        next = next.map(from -> from.compareTo(record) < 0 ? record : from);
    }

    /// Forgets what was read and reads again from here.
    void readAgainFrom(Bytes record) {
        lines.clear();
        next = Optional.of(record);
    }
}
