package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// A page of a bucket's versions: on each of its chains an ordered walk over the records of
/// versions and one over those of objects, merged. The former know all of a key, except of one that
/// was not written since the bucket keeps versions: such a key has its object's record only.
///
/// What one chain has of a key is read at two times, objects first, so that no version is missed
/// that moved from its object's record to one of its own in between.
final class VersionLister {
    private static final Bytes ZERO = Bytes.wrap(new byte[1]);

    private final Chains chains;
    private final long bucketId;
    private final SortedMap<ChainId, Slots> shown;
    private final VersionsRequest request;
    private final ReadLevel level;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<VersionListing.Entry> entries = new ArrayList<>();
    /// Of whose versions the latest lies behind us.
    private Optional<Bytes> begun = Optional.empty();

    VersionLister(Chains chains, long bucketId, SortedMap<ChainId, Slots> shown,
            VersionsRequest request, ReadLevel level) {
        this.chains = chains;
        this.bucketId = bucketId;
        this.shown = shown;
        this.request = request;
        this.level = level;
    }

    Future<VersionListing> run() {
        if (request.entriesMax() == 0) {
            return Future.succeededFuture(new VersionListing(List.of(), false));
        }
        return start().compose(start -> {
            shown.forEach((chain, slots) -> pairs.add(new Pair(chain, slots, start)));
            return Loop.repeat(this::step).map(_ -> page());
        });
    }

    /// Where the walks begin, as records.
    private record Start(Bytes objects, Bytes versions) {}

    private Future<Start> start() {
        Bytes key = request.keyMarker();
        if (key.isEmpty()) {
            return Future.succeededFuture(startAt(request.prefix()));
        }
        Optional<Bytes> common = common(key);
        if (common.isPresent()) {
            return Future.succeededFuture(startBehind(common.get()));
        }
        Start behind = new Start(RecordKeys.object(bucketId, key.concat(ZERO)),
                RecordKeys.behindVersions(bucketId, key));
        return request.afterVersion().isEmpty() ? Future.succeededFuture(behind)
                : within(key, request.afterVersion().get(), behind);
    }

    private Start startAt(Bytes key) {
        return new Start(RecordKeys.object(bucketId, key), RecordKeys.versions(bucketId, key));
    }

    private Start startBehind(Bytes prefix) {
        return new Start(RecordKeys.object(bucketId, prefix).prefixEnd(),
                RecordKeys.versions(bucketId, prefix).prefixEnd());
    }

    /// Within the versions of a key. Of one whose version `null` was deleted meanwhile all are
    /// shown again: better than to leave some out.
    private Future<Start> within(Bytes key, VersionId after, Start behind) {
        ChainId chain = shown.entrySet().stream().filter(each -> each.getValue().holds(key))
                .map(Map.Entry::getKey).findFirst().orElseThrow();
        if (!after.isNull()) {
            return within(chain, key, after.number(), behind);
        }
        return chains.get(chain, RecordKeys.history(bucketId, key), level).compose(record ->
                record.isEmpty() ? Future.succeededFuture(behind)
                        : within(chain, key, History.decode(record.get().value()).nullNumber()
                                .orElse(Long.MAX_VALUE), behind));
    }

    private Future<Start> within(ChainId chain, Bytes key, long number, Start behind) {
        ScanRange newest = new ScanRange(RecordKeys.versionsOf(bucketId, key), Bytes.EMPTY,
                Bytes.EMPTY, 1, 0, ScanRange.PAGE_BYTES_MAX);
        return chains.scan(chain, newest, level).map(page -> {
            boolean latestIsBehind = !page.entries().isEmpty()
                    && RecordKeys.numberOfVersion(page.entries().getFirst().key()) >= number;
            begun = latestIsBehind ? Optional.of(key) : Optional.empty();
            return new Start(behind.objects(),
                    RecordKeys.version(bucketId, key, number).concat(ZERO));
        });
    }

    private Optional<Bytes> common(Bytes key) {
        Bytes delimiter = request.delimiter();
        int at = delimiter.isEmpty() || !key.startsWith(request.prefix())
                ? -1 : key.indexOf(delimiter, request.prefix().length());
        return at < 0 ? Optional.empty() : Optional.of(key.slice(0, at + delimiter.length()));
    }

    private Future<Boolean> step() {
        if (entries.size() > request.entriesMax()) {
            return Future.succeededFuture(false);
        }
        List<Future<Void>> fetches =
                pairs.stream().filter(Pair::mustFetch).map(Pair::fetch).toList();
        if (!fetches.isEmpty()) {
            return Future.all(fetches).map(true);
        }
        Optional<Pair> least = pairs.stream().filter(pair -> pair.key().isPresent())
                .min(Comparator.comparing(pair -> pair.key().get()));
        least.ifPresent(this::take);
        return Future.succeededFuture(least.isPresent());
    }

    /// Takes a chain's next line; where keys are rolled up, all walks go on behind them.
    private void take(Pair pair) {
        Bytes key = pair.key().orElseThrow();
        Optional<Bytes> common = common(key);
        if (common.isEmpty()) {
            pair.next(key).ifPresent(line -> add(key, line));
            return;
        }
        entries.add(new VersionListing.PrefixEntry(common.get()));
        Start behind = startBehind(common.get());
        pairs.forEach(each -> each.skipTo(behind));
    }

    private void add(Bytes key, ScanEntry.Item line) {
        Manifest.Summary summary = Manifest.summary(line.version().value());
        boolean isLatest = !begun.equals(Optional.of(key));
        begun = Optional.of(key);
        VersionId id = summary.stamp().map(VersionStamp::id).orElse(VersionId.NULL);
        boolean isMarker = summary.stamp().filter(VersionStamp::isMarker).isPresent();
        entries.add(isMarker
                ? new VersionListing.MarkerEntry(key, id, isLatest, summary.modifiedMillis())
                : new VersionListing.VersionEntry(key, id, isLatest, summary.sizeBytes(),
                        summary.modifiedMillis(), summary.etag(), summary.checksum()));
    }

    private VersionListing page() {
        boolean truncated = entries.size() > request.entriesMax();
        return new VersionListing(
                truncated ? entries.subList(0, request.entriesMax()) : entries, truncated);
    }

    /// The two walks on one chain.
    private final class Pair {
        private final RecordWalk objects;
        private final RecordWalk versions;
        /// For which key the versions were read again, since its object told of them.
        private Optional<Bytes> readAgain = Optional.empty();

        Pair(ChainId chain, Slots slots, Start start) {
            objects = new RecordWalk(chains, chain, new ScanRange(
                    RecordKeys.object(bucketId, request.prefix()), start.objects(), Bytes.EMPTY,
                    lines(), Manifest.SUMMARY_BYTES, pageBytes())
                    .showing(slots, RecordKeys.BUCKET_PREFIX_BYTES), level, _ -> true);
            versions = new RecordWalk(chains, chain, new ScanRange(
                    RecordKeys.versions(bucketId, request.prefix()), start.versions(),
                    Bytes.EMPTY, lines(), Manifest.SUMMARY_BYTES, pageBytes()), level,
                    record -> slots.holds(RecordKeys.keyOfVersion(record)));
        }

        private int lines() {
            return Math.min(ScanRange.ENTRIES_MAX, request.entriesMax() + 1);
        }

        private int pageBytes() {
            return ScanRange.PAGE_BYTES_MAX / (2 * shown.size());
        }

        boolean mustFetch() {
            return objects.mustFetch() || versions.mustFetch();
        }

        /// Objects first, and versions only when no objects are to be fetched.
        Future<Void> fetch() {
            return objects.mustFetch() ? objects.fetch() : versions.fetch();
        }

        /// The next key.
        Optional<Bytes> key() {
            Optional<Bytes> object = objects.first().map(line ->
                    RecordKeys.keyOfObject(line.key()));
            Optional<Bytes> version = versions.first().map(line ->
                    RecordKeys.keyOfVersion(line.key()));
            return object.isEmpty() || version.isPresent()
                    && version.get().compareTo(object.get()) <= 0 ? version : object;
        }

        /// Takes the next line of `key`; empty: there is none that shows, or not yet.
        Optional<ScanEntry.Item> next(Bytes key) {
            boolean isVersion = versions.first().filter(line ->
                    RecordKeys.keyOfVersion(line.key()).equals(key)).isPresent();
            Optional<ScanEntry.Item> object = objects.first().filter(line ->
                    RecordKeys.keyOfObject(line.key()).equals(key));
            if (isVersion) {
                readAgain = Optional.empty();
                object.ifPresent(_ -> objects.take());
                return Optional.of(versions.take());
            }
            boolean isFormer = Manifest.summary(object.orElseThrow().version().value())
                    .stamp().isEmpty();
            if (!isFormer && readAgain.isEmpty()) {
                // Its versions were made behind what was read of them.
                readAgain = Optional.of(key);
                versions.readAgainFrom(RecordKeys.versionsOf(bucketId, key));
                return Optional.empty();
            }
            readAgain = Optional.empty();
            objects.take();
            return isFormer ? object : Optional.empty();
        }

        void skipTo(Start start) {
            objects.skipTo(start.objects());
            versions.skipTo(start.versions());
        }
    }
}
