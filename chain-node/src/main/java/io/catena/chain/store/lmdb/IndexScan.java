package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// A page of the index with an overlay of newer versions: two ordered walks merged. Keys below a
/// common prefix are jumped over, not read. What the range does not show counts as nothing: a
/// prefix shows when a key below it does.
final class IndexScan {
    /// Records looked at for a page, whether they show or not: deleted ones and hidden ones too.
    static final int VISITED_MAX = 10_000;
    /// What an entry weighs beside its key, tag and value.
    private static final int ENTRY_BYTES = 64;

    private final IndexCursor index;
    private final ScanRange range;
    private final SortedMap<Bytes, Effect.Overlay> overlay;
    private final long applied;
    private final List<ScanEntry> entries = new ArrayList<>();
    private Optional<Bytes> indexKey = Optional.empty();
    private Optional<Bytes> overlayKey = Optional.empty();
    private long pageBytes;
    private int visited;

    IndexScan(IndexCursor index, Effect.ScanIndex scan, long applied) {
        this.index = index;
        this.range = scan.range();
        this.overlay = scan.overlay();
        this.applied = applied;
    }

    Input.Scanned run(long ticket) {
        Bytes from = range.from().compareTo(range.prefix()) > 0 ? range.from() : range.prefix();
        seek(from);
        Optional<Bytes> key = least();
        while (key.isPresent() && !isFull()) {
            visit(key.get());
            key = least();
        }
        return new Input.Scanned(ticket, entries, key);
    }

    private boolean isFull() {
        return entries.size() >= range.entriesMax() || pageBytes >= range.pageBytesMax()
                || visited >= VISITED_MAX;
    }

    private void seek(Bytes from) {
        indexKey = index.seek(from) ? inRange(index.key()) : Optional.empty();
        overlayKey = firstOverlay(overlay.tailMap(from));
    }

    private Optional<Bytes> firstOverlay(SortedMap<Bytes, Effect.Overlay> rest) {
        return rest.isEmpty() ? Optional.empty() : inRange(rest.firstKey());
    }

    private Optional<Bytes> inRange(Bytes key) {
        return key.startsWith(range.prefix()) ? Optional.of(key) : Optional.empty();
    }

    private Optional<Bytes> least() {
        if (indexKey.isEmpty() || overlayKey.isEmpty()) {
            return indexKey.or(() -> overlayKey);
        }
        return indexKey.get().compareTo(overlayKey.get()) <= 0 ? indexKey : overlayKey;
    }

    private void visit(Bytes key) {
        visited++;
        Optional<Version> version = range.shows(key) ? version(key) : Optional.empty();
        if (version.isEmpty()) {
            step(key);
            return;
        }
        Optional<Bytes> common = commonPrefix(key);
        if (common.isEmpty()) {
            add(new ScanEntry.Item(key, version.get()),
                    version.get().value().length() + version.get().tag().length());
            step(key);
        } else {
            add(new ScanEntry.CommonPrefix(common.get()), 0);
            skip(common.get());
        }
    }

    private Optional<Version> version(Bytes key) {
        Effect.Overlay newer = overlay.get(key);
        if (newer != null && newer.position().seq() > applied) {
            return newer.version().map(v -> v.truncated(range.valueBytesMax()));
        }
        if (!indexKey.equals(Optional.of(key))) {
            return Optional.empty();
        }
        return IndexRecord.decode(index.view(), range.valueBytesMax()).visible();
    }

    private void add(ScanEntry entry, int extraBytes) {
        entries.add(entry);
        pageBytes += ENTRY_BYTES + entry.key().length() + extraBytes;
    }

    private void step(Bytes key) {
        if (indexKey.equals(Optional.of(key))) {
            indexKey = index.next() ? inRange(index.key()) : Optional.empty();
        }
        if (overlayKey.equals(Optional.of(key))) {
            SortedMap<Bytes, Effect.Overlay> rest = overlay.tailMap(key.concat(ZERO));
            overlayKey = firstOverlay(rest);
        }
    }

    /// The least byte sequence greater than a key is the key with this behind it.
    private static final Bytes ZERO = Bytes.wrap(new byte[1]);

    private Optional<Bytes> commonPrefix(Bytes key) {
        if (range.delimiter().isEmpty()) {
            return Optional.empty();
        }
        int at = key.indexOf(range.delimiter(), range.prefix().length());
        return at < 0 ? Optional.empty()
                : Optional.of(key.slice(0, at + range.delimiter().length()));
    }

    private void skip(Bytes common) {
        Bytes end = common.prefixEnd();
        if (end.isEmpty()) {
            indexKey = Optional.empty();
            overlayKey = Optional.empty();
        } else {
            seek(end);
        }
    }
}
