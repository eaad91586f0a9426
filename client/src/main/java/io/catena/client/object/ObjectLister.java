package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.cluster.BucketRecord;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A page of a bucket's objects: an ordered walk on each of its chains, merged.
final class ObjectLister {
    private static final Bytes ZERO = Bytes.wrap(new byte[1]);

    private final Chains chains;
    private final BucketRecord bucket;
    private final ListingRequest request;
    private final ReadLevel level;
    private final List<Walk> walks = new ArrayList<>();
    private final List<Listing.Entry> entries = new ArrayList<>();

    ObjectLister(
            Chains chains, BucketRecord bucket, ListingRequest request, ReadLevel level) {
        this.chains = chains;
        this.bucket = bucket;
        this.request = request;
        this.level = level;
    }

    Future<Listing> run() {
        Optional<Bytes> from = start(request.prefix(), request.after(), request.delimiter());
        if (request.entriesMax() == 0 || from.isEmpty()) {
            return Future.succeededFuture(new Listing(List.of(), Optional.empty()));
        }
        Bytes fromRecord = RecordKeys.object(bucket.id(), from.get());
        chainsOf(bucket).forEach(chain -> walks.add(new Walk(chain, fromRecord)));
        return Loop.repeat(this::step).map(_ -> page());
    }

    static List<ChainId> chainsOf(BucketRecord bucket) {
        return bucket.shards().stream().map(shard -> shard.chain()).distinct().toList();
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
        Optional<Walk> empty = walks.stream().filter(Walk::mustFetch).findFirst();
        if (empty.isPresent()) {
            return empty.get().fetch().map(true);
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
        private final Deque<ScanEntry> lines = new ArrayDeque<>();
        private Optional<Bytes> next;

        Walk(ChainId chain, Bytes from) {
            this.chain = chain;
            next = Optional.of(from);
        }

        boolean mustFetch() {
            return lines.isEmpty() && next.isPresent() && entries.size() <= request.entriesMax();
        }

        Future<Void> fetch() {
            ScanRange range = new ScanRange(
                    RecordKeys.object(bucket.id(), request.prefix()), next.orElseThrow(),
                    request.delimiter(), request.entriesMax() + 1 - entries.size(),
                    Manifest.SUMMARY_BYTES, ScanRange.PAGE_BYTES_MAX);
            return chains.scan(chain, range, level).map(page -> {
                lines.addAll(page.entries());
                next = page.next();
                return null;
            });
        }
    }
}
