package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// One round over a shard's markers: the records that they name are copied, or deleted, and they
/// go.
///
/// While the shard takes writes its markers go first, and what is copied is read then: so a change
/// is either read or has a newer marker, and no marker has to be compared. A round that breaks off
/// has lost its markers: whoever goes on empties the other chain and fills it anew. So that nothing
/// is left there that he cannot find, the parts of an upload that is gone go before its record.
/// Once the shard is frozen nothing changes, and markers go last: nobody has to fill again.
final class ShardMarkers implements ShardWork {
    private enum Step { LISTING, UNMARKING, READING, FINDING_PARTS, DELETING_PARTS, COPYING }

    private final ShardCopies copies;
    private final Bytes prefix;
    private final Condition sourceFence;
    private final ChainId to;
    private final Condition fence;
    private final boolean frozen;
    private final Deque<Mutation> pending = new ArrayDeque<>();
    /// Uploads that are gone: their parts go on the other chain.
    private final Deque<ScanRange> gone = new ArrayDeque<>();
    private Step step = Step.LISTING;
    private int bodiesGone;
    private List<ScanEntry.Item> markers = List.of();
    private boolean more;

    /// @param prefix of the markers' keys
    /// @param sourceFence holds on the shard's chain, and `fence` on the other, as long as nobody
    ///     else does this
    /// @param frozen whether the shard takes no writes
    ShardMarkers(ShardCopies copies, Bytes prefix, Condition sourceFence, ChainId to,
            Condition fence, boolean frozen) {
        this.copies = copies;
        this.prefix = prefix;
        this.sourceFence = sourceFence;
        this.to = to;
        this.fence = fence;
        this.frozen = frozen;
    }

    /// Whether there was no marker.
    boolean foundNone() {
        return markers.isEmpty();
    }

    /// Whether there were more markers than a round takes.
    boolean foundMore() {
        return more;
    }

    @Override
    public ShardAsk start() {
        step = Step.LISTING;
        return new ShardAsk.Scan(copies.from(), ShardCopies.all(prefix));
    }

    @Override
    public ShardAsk next(ShardAnswer answer) {
        return switch (step) {
            case LISTING -> listed((ShardAnswer.Page) answer);
            case UNMARKING -> unmarked(answer);
            case READING -> haveRead(((ShardAnswer.Versions) answer).versions());
            case FINDING_PARTS -> foundParts((ShardAnswer.Page) answer);
            case DELETING_PARTS -> answer instanceof ShardAnswer.Stored
                    ? findParts() : new ShardAsk.Over(false);
            case COPYING -> copied(answer);
        };
    }

    private ShardAsk listed(ShardAnswer.Page page) {
        markers = page.entries().stream().map(ScanEntry.Item.class::cast).toList();
        more = page.next().isPresent();
        if (markers.isEmpty()) {
            return new ShardAsk.Over(true);
        }
        return frozen ? read() : unmark();
    }

    private ShardAsk unmark() {
        step = Step.UNMARKING;
        return new ShardAsk.Write(copies.from(), List.of(sourceFence), markers.stream()
                .<Mutation>map(marker -> new Mutation.Delete(marker.key(), false)).toList(),
                Optional.empty());
    }

    private ShardAsk unmarked(ShardAnswer answer) {
        if (!(answer instanceof ShardAnswer.Stored)) {
            return new ShardAsk.Over(false);
        }
        return frozen ? new ShardAsk.Over(true) : read();
    }

    private ShardAsk read() {
        step = Step.READING;
        return new ShardAsk.Get(copies.from(), keys());
    }

    /// Of each marker the record's key and, behind a part's, its upload's.
    private List<Bytes> keys() {
        List<Bytes> keys = new ArrayList<>();
        for (ScanEntry.Item marker : markers) {
            Bytes record = RecordKeys.recordOfMarker(marker.key());
            keys.add(record);
            if (ShardCopies.isPart(record)) {
                keys.add(RecordKeys.upload(copies.bucketId(), marker.version().value(),
                        RecordKeys.uploadOfPart(record)));
            }
        }
        return keys;
    }

    private ShardAsk haveRead(List<Optional<Version>> versions) {
        pending.clear();
        gone.clear();
        int at = 0;
        for (ScanEntry.Item marker : markers) {
            Bytes record = RecordKeys.recordOfMarker(marker.key());
            Optional<Version> version = versions.get(at++);
            // A part whose upload is gone belongs to an object, and stays where it is.
            boolean wanted = !ShardCopies.isPart(record) || versions.get(at++).isPresent();
            pending.add(version.filter(_ -> wanted)
                    .<Mutation>map(found -> copies.copy(record, found))
                    .orElseGet(() -> new Mutation.Delete(record, false)));
            if (ShardCopies.isUpload(record) && version.isEmpty()) {
                gone.add(copies.partsOf(record));
            }
        }
        return findParts();
    }

    private ShardAsk findParts() {
        if (gone.isEmpty()) {
            return copy();
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

    private ShardAsk copy() {
        if (pending.isEmpty()) {
            return frozen ? unmark() : new ShardAsk.Over(true);
        }
        step = Step.COPYING;
        return new ShardAsk.Write(to, List.of(fence), ShardFill.batch(pending),
                Optional.of(copies.from()));
    }

    private ShardAsk copied(ShardAnswer answer) {
        if (answer instanceof ShardAnswer.BodyGone
                && ++bodiesGone <= ShardCopies.BODIES_GONE_MAX) {
            return read();
        }
        return answer instanceof ShardAnswer.Stored ? copy() : new ShardAsk.Over(false);
    }
}
