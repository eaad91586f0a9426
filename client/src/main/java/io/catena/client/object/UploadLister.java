package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A page of a bucket's uploads under way. Keys are rolled up here and not by the chain: behind the
/// key stands the upload id, in which a delimiter may occur. What a chain does not show is left out
/// here too. One chain after the other is walked; no more lines than the page wants are kept.
final class UploadLister {
    private final Chains chains;
    private final long bucketId;
    private final SortedMap<ChainId, Slots> shown;
    private final Bytes prefix;
    private final Bytes delimiter;
    private final int most;
    /// By record key, or by the prefix of record keys that is rolled up; an upload or nothing.
    private final TreeMap<Bytes, Optional<Upload>> lines = new TreeMap<>();

    UploadLister(Chains chains, long bucketId, SortedMap<ChainId, Slots> shown, Bytes prefix,
            Bytes delimiter, int most) {
        this.chains = chains;
        this.bucketId = bucketId;
        this.shown = shown;
        this.prefix = prefix;
        this.delimiter = delimiter;
        this.most = most;
    }

    Future<UploadListing> run(Bytes keyMarker, String uploadIdMarker) {
        if (most == 0) {
            return Future.succeededFuture(new UploadListing(List.of(), List.of(), false));
        }
        Bytes from = start(keyMarker, uploadIdMarker);
        Iterator<ChainId> each = shown.keySet().iterator();
        return Loop.repeat(() -> each.hasNext()
                ? walk(each.next(), from).map(true) : Future.succeededFuture(false))
                .map(_ -> page());
    }

    private Bytes start(Bytes keyMarker, String uploadIdMarker) {
        if (keyMarker.isEmpty()) {
            return RecordKeys.uploads(bucketId, prefix);
        }
        Optional<Bytes> common = common(keyMarker);
        if (common.isPresent()) {
            return RecordKeys.uploads(bucketId, common.get()).prefixEnd();
        }
        return uploadIdMarker.isEmpty() ? RecordKeys.behindUploads(bucketId, keyMarker)
                : RecordKeys.upload(bucketId, keyMarker, uploadIdMarker)
                        .concat(Bytes.wrap(new byte[1]));
    }

    private Optional<Bytes> common(Bytes key) {
        int at = delimiter.isEmpty() || !key.startsWith(prefix)
                ? -1 : key.indexOf(delimiter, prefix.length());
        return at < 0 ? Optional.empty() : Optional.of(key.slice(0, at + delimiter.length()));
    }

    private Future<Void> walk(ChainId chain, Bytes start) {
        Slots slots = shown.get(chain);
        Bytes[] from = {start};
        return Loop.repeat(() -> {
            ScanRange range = ScanRange.all(RecordKeys.uploads(bucketId, prefix), from[0],
                    Math.min(most + 1, ScanRange.ENTRIES_MAX));
            return chains.scan(chain, range).map(page -> {
                Optional<Bytes> next = add(page, slots);
                next.ifPresent(key -> from[0] = key);
                return next.isPresent() && mayShow(next.get());
            });
        });
    }

    private boolean mayShow(Bytes recordKey) {
        return lines.size() <= most || recordKey.compareTo(lines.lastKey()) < 0;
    }

    /// Adds a page's lines up to the first that is rolled up; gives the key to go on from.
    private Optional<Bytes> add(ClientReply.Page page, Slots slots) {
        for (ScanEntry entry : page.entries()) {
            ScanEntry.Item item = (ScanEntry.Item) entry;
            Bytes key = RecordKeys.keyOfUpload(item.key());
            if (!slots.holds(key)) {
                continue;
            }
            Optional<Bytes> common = common(key);
            if (common.isPresent()) {
                Bytes rolledUp = RecordKeys.uploads(bucketId, common.get());
                keep(rolledUp, Optional.empty());
                return Optional.of(rolledUp.prefixEnd());
            }
            keep(item.key(), Optional.of(UploadWire.decode(item.version().value())));
        }
        return page.next();
    }

    /// One more than is wanted shows that more follows.
    private void keep(Bytes line, Optional<Upload> upload) {
        lines.put(line, upload);
        if (lines.size() > most + 1) {
            lines.pollLastEntry();
        }
    }

    private UploadListing page() {
        List<Upload> uploads = new ArrayList<>();
        List<Bytes> commonPrefixes = new ArrayList<>();
        lines.entrySet().stream().limit(most).forEach(line -> line.getValue().ifPresentOrElse(
                uploads::add, () -> commonPrefixes.add(commonOfRecord(line.getKey()))));
        return new UploadListing(uploads, commonPrefixes, lines.size() > most);
    }

    private static Bytes commonOfRecord(Bytes rolledUp) {
        return RecordKeys.keyOfUpload(rolledUp.concat(
                Bytes.wrap(new byte[2 + RecordKeys.UPLOAD_ID_LENGTH])));
    }
}
