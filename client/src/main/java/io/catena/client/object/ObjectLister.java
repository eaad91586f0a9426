package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// A page of a bucket's objects: an ordered walk on each of its chains, of the keys that the chain
/// shows, merged. Keys spread over the chains by hash, so each walk reads about its share of the
/// page at a time: together they hold not much more than a page, however many there are.
final class ObjectLister {
    private static final int SHARE_LINES_MIN = 16;
    private static final Bytes ZERO = Bytes.wrap(new byte[1]);

    private final Chains chains;
    private final long bucketId;
    private final SortedMap<ChainId, Slots> shown;
    private final ListingRequest request;
    private final ReadLevel level;
    private final List<Walk> walks = new ArrayList<>();
    private final List<Listing.Entry> entries = new ArrayList<>();

    ObjectLister(Chains chains, long bucketId, SortedMap<ChainId, Slots> shown,
            ListingRequest request, ReadLevel level) {
        this.chains = chains;
        this.bucketId = bucketId;
        this.shown = shown;
        this.request = request;
        this.level = level;
    }

    Future<Listing> run() {
        Optional<Bytes> from = start(request.prefix(), request.after(), request.delimiter());
        if (request.entriesMax() == 0 || from.isEmpty()) {
            return Future.succeededFuture(new Listing(List.of(), Optional.empty()));
        }
        Bytes fromRecord = RecordKeys.object(bucketId, from.get());
        shown.forEach((chain, slots) -> walks.add(new Walk(chain, slots, fromRecord)));
        return Loop.repeat(this::step).map(_ -> page());
    }

    /// The first key that may show: what is greater than `after` and not rolled up with it.
    static Optional<Bytes> start(Bytes prefix, Bytes after, Bytes delimiter) {
        if (after.isEmpty()) {
            return Optional.of(prefix);
        }
        int at = delimiter.isEmpty() || !after.startsWith(prefix)
                ? -1 : after.indexOf(delimiter, prefix.length());
        if (at < 0) {
            return Optional.of(after.concat(ZERO));
        }
        Bytes end = after.slice(0, at + delimiter.length()).prefixEnd();
        return end.isEmpty() ? Optional.empty() : Optional.of(end);
    }

    private Future<Boolean> step() {
        List<Future<Void>> fetches =
                walks.stream().filter(Walk::mustFetch).map(Walk::fetch).toList();
        if (!fetches.isEmpty()) {
            return Future.all(fetches).map(true);
        }
        Optional<Walk> least = walks.stream().filter(walk -> !walk.lines.isEmpty())
                .min(Comparator.comparing(walk -> walk.lines.getFirst().key()));
        if (least.isEmpty() || entries.size() > request.entriesMax()) {
            return Future.succeededFuture(false);
        }
        add(least.get().lines.removeFirst());
        return Future.succeededFuture(true);
    }

    private void add(ScanEntry line) {
        Bytes key = RecordKeys.keyOfObject(line.key());
        switch (line) {
            case ScanEntry.Item item -> {
                Manifest.Summary summary = Manifest.summary(item.version().value());
                entries.add(new Listing.ObjectEntry(key, summary.sizeBytes(),
                        summary.modifiedMillis(), summary.etag(), summary.checksum()));
            }
            case ScanEntry.CommonPrefix _ -> {
                Listing.Entry entry = new Listing.PrefixEntry(key);
                // Several shards may have keys below it.
                if (entries.isEmpty() || !entries.getLast().equals(entry)) {
                    entries.add(entry);
                }
            }
        }
    }

    private Listing page() {
        if (entries.size() <= request.entriesMax()) {
            return new Listing(entries, Optional.empty());
        }
        List<Listing.Entry> page = entries.subList(0, request.entriesMax());
        return new Listing(page, Optional.of(page.getLast().key()));
    }

    /// The walk on one chain.
    private final class Walk {
        private final ChainId chain;
        private final Slots slots;
        private final Deque<ScanEntry> lines = new ArrayDeque<>();
        private Optional<Bytes> next;

        Walk(ChainId chain, Slots slots, Bytes from) {
            this.chain = chain;
            this.slots = slots;
            next = Optional.of(from);
        }

        boolean mustFetch() {
            return lines.isEmpty() && next.isPresent() && entries.size() <= request.entriesMax();
        }

        Future<Void> fetch() {
            ScanRange range = new ScanRange(
                    RecordKeys.object(bucketId, request.prefix()), next.orElseThrow(),
                    request.delimiter(), share(request.entriesMax() + 1 - entries.size()),
                    Manifest.SUMMARY_BYTES, ScanRange.PAGE_BYTES_MAX / walks.size())
                    .showing(slots, RecordKeys.BUCKET_PREFIX_BYTES);
            return chains.scan(chain, range, level).map(page -> {
                lines.addAll(page.entries());
                next = page.next();
                return null;
            });
        }

        /// Of so many lines that are still wanted, what this walk has about, and some more: mostly
        /// it need not read twice.
        private int share(int wanted) {
            return Math.min(wanted, wanted * 5 / (4 * walks.size()) + SHARE_LINES_MIN);
        }
    }
}
