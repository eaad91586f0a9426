package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// One round over a shard's markers: the records that they name are copied as they are now, or
/// deleted, and each marker goes if it is still the same. What changed meanwhile has a newer
/// marker, which stays.
final class ShardMarkers implements ShardWork {
    /// Markers in a round: with two keys for some of them, what is read and written at once.
    static final int ROUND = 100;
    private static final int BATCH = ClientMessage.Write.CONDITIONS_MAX;

    private enum Step { LISTING, READING, COPYING, FINDING_PARTS, DELETING_PARTS, UNMARKING }

    private final ShardCopies copies;
    private final Bytes prefix;
    private final ChainId to;
    private final Condition fence;
    private final Deque<Mutation> pending = new ArrayDeque<>();
    /// Uploads that are gone: their parts go on the other chain.
    private final Deque<ScanRange> gone = new ArrayDeque<>();
    private Step step = Step.LISTING;
    private int bodiesGone;
    private List<ScanEntry.Item> markers = List.of();
    private Deque<ScanEntry.Item> done = new ArrayDeque<>();
    private List<ScanEntry.Item> batch = List.of();

    /// @param prefix of the markers' keys
    ShardMarkers(ShardCopies copies, Bytes prefix, ChainId to, Condition fence) {
        this.copies = copies;
        this.prefix = prefix;
        this.to = to;
        this.fence = fence;
    }

    /// How many markers this round has found.
    int found() {
        return markers.size();
    }

    @Override
    public ShardAsk start() {
        step = Step.LISTING;
        return new ShardAsk.Scan(copies.from(), ScanRange.all(prefix, Bytes.EMPTY, ROUND));
    }

    @Override
    public ShardAsk next(ShardAnswer answer) {
        return switch (step) {
            case LISTING -> listed((ShardAnswer.Page) answer);
            case READING -> haveRead(((ShardAnswer.Versions) answer).versions());
            case COPYING -> copied(answer);
            case FINDING_PARTS -> foundParts((ShardAnswer.Page) answer);
            case DELETING_PARTS -> answer instanceof ShardAnswer.Stored
                    ? findParts() : new ShardAsk.Over(false);
            case UNMARKING -> unmarked(answer);
        };
    }

    private ShardAsk listed(ShardAnswer.Page page) {
        markers = page.entries().stream().map(ScanEntry.Item.class::cast).toList();
        done = new ArrayDeque<>(markers);
        step = Step.READING;
        return markers.isEmpty() ? new ShardAsk.Over(true)
                : new ShardAsk.Get(copies.from(), keys());
    }

    /// Of each marker the record's key and, behind it, its upload's: of a part, else once more its
    /// own.
    private List<Bytes> keys() {
        List<Bytes> keys = new ArrayList<>();
        for (ScanEntry.Item marker : markers) {
            Bytes record = RecordKeys.recordOfMarker(marker.key());
            keys.add(record);
            keys.add(!ShardCopies.isPart(record) ? record : RecordKeys.upload(copies.bucketId(),
                    marker.version().value(), RecordKeys.uploadOfPart(record)));
        }
        return keys;
    }

    private ShardAsk haveRead(List<Optional<Version>> versions) {
        pending.clear();
        gone.clear();
        for (int i = 0; i < markers.size(); i++) {
            Bytes record = RecordKeys.recordOfMarker(markers.get(i).key());
            Optional<Version> version = versions.get(2 * i);
            // A part whose upload is gone belongs to an object, and stays where it is.
            boolean wanted = versions.get(2 * i + 1).isPresent();
            pending.add(version.filter(_ -> wanted)
                    .<Mutation>map(found -> copies.copy(record, found))
                    .orElseGet(() -> new Mutation.Delete(record, false)));
            if (ShardCopies.isUpload(record) && !wanted) {
                gone.add(copies.partsOf(record));
            }
        }
        return copy();
    }

    private ShardAsk copy() {
        if (pending.isEmpty()) {
            return findParts();
        }
        step = Step.COPYING;
        return new ShardAsk.Write(to, List.of(fence), ShardFill.batch(pending),
                Optional.of(copies.from()));
    }

    private ShardAsk copied(ShardAnswer answer) {
        if (answer instanceof ShardAnswer.BodyGone
                && ++bodiesGone <= ShardCopies.BODIES_GONE_MAX) {
            return start();
        }
        return answer instanceof ShardAnswer.Stored ? copy() : new ShardAsk.Over(false);
    }

    private ShardAsk findParts() {
        if (gone.isEmpty()) {
            return unmark();
        }
        step = Step.FINDING_PARTS;
        return new ShardAsk.Scan(to, gone.getFirst());
    }

    private ShardAsk foundParts(ShardAnswer.Page page) {
        if (page.entries().isEmpty()) {
            gone.removeFirst();
            return findParts();
        }
        step = Step.DELETING_PARTS;
        return new ShardAsk.Write(to, List.of(fence), page.entries().stream()
                .<Mutation>map(part -> new Mutation.Delete(part.key(), false)).toList(),
                Optional.empty());
    }

    private ShardAsk unmark() {
        List<ScanEntry.Item> some = new ArrayList<>();
        while (some.size() < BATCH && !done.isEmpty()) {
            some.add(done.removeFirst());
        }
        return some.isEmpty() ? new ShardAsk.Over(true) : unmark(some);
    }

    private ShardAsk unmark(List<ScanEntry.Item> some) {
        step = Step.UNMARKING;
        batch = some;
        return new ShardAsk.Write(copies.from(),
                some.stream().<Condition>map(marker -> new Condition.PositionIs(
                        marker.key(), marker.version().position())).toList(),
                some.stream().<Mutation>map(marker ->
                        new Mutation.Delete(marker.key(), false)).toList(),
                Optional.empty());
    }

    private ShardAsk unmarked(ShardAnswer answer) {
        if (!(answer instanceof ShardAnswer.Refused(int index))) {
            return unmark();
        }
        List<ScanEntry.Item> left = new ArrayList<>(batch);
        left.remove(index);
        return left.isEmpty() ? unmark() : unmark(left);
    }
}
