package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds what a key or one of its versions is, on one chain. Its records are read one after the
/// other; when they do not fit together, because a write came between, they are read again.
final class VersionReads {
    private static final int ATTEMPTS_MAX = 8;

    private final Chains chains;
    private final ChainId chain;
    private final long bucketId;
    private final Bytes key;
    private final ReadLevel level;

    VersionReads(Chains chains, ChainId chain, long bucketId, Bytes key, ReadLevel level) {
        this.chains = chains;
        this.chain = chain;
        this.bucketId = bucketId;
        this.key = key;
        this.level = level;
    }

    /// The latest version.
    ///
    /// @param versioned whether the bucket keeps versions, so that there may be a delete marker
    Future<KeyContent> latest(boolean versioned) {
        return latest(versioned, 1);
    }

    private Future<KeyContent> latest(boolean versioned, int attempt) {
        return get(RecordKeys.object(bucketId, key)).compose(object ->
                object.isPresent() || !versioned ? found(object) : marker(attempt));
    }

    private Future<KeyContent> marker(int attempt) {
        ScanRange newest = new ScanRange(RecordKeys.versionsOf(bucketId, key), Bytes.EMPTY,
                Bytes.EMPTY, 1, Manifest.SUMMARY_BYTES, ScanRange.PAGE_BYTES_MAX);
        return chains.scan(chain, newest, level).compose(page -> {
            if (page.entries().isEmpty()) {
                return nothing();
            }
            Manifest.Summary summary = Manifest.summary(
                    ((ScanEntry.Item) page.entries().getFirst()).version().value());
            VersionStamp stamp = summary.stamp().orElseThrow();
            return stamp.isMarker()
                    ? Future.succeededFuture(
                            new KeyContent.Marked(stamp.id(), summary.modifiedMillis()))
                    : again(attempt, () -> latest(true, attempt + 1));
        });
    }

    Future<KeyContent> version(VersionId id) {
        return id.isNull() ? nullVersion(1) : numbered(id.number(), id);
    }

    private Future<KeyContent> numbered(long number, VersionId id) {
        return get(RecordKeys.version(bucketId, key, number)).compose(found ->
                found(found.filter(version -> Manifest.summary(version.value()).stamp()
                        .filter(stamp -> stamp.id().equals(id)).isPresent())));
    }

    /// From before the bucket kept versions it has the object's record only.
    private Future<KeyContent> nullVersion(int attempt) {
        return get(RecordKeys.object(bucketId, key)).compose(object -> {
            boolean former = object.isPresent()
                    && Manifest.summary(object.get().value()).stamp().isEmpty();
            return former ? found(object) : numberedNull(object.isPresent(), attempt);
        });
    }

    private Future<KeyContent> numberedNull(boolean hasVersions, int attempt) {
        return get(RecordKeys.history(bucketId, key)).compose(record -> {
            if (record.isEmpty() && hasVersions) {
                return again(attempt, () -> nullVersion(attempt + 1));
            }
            Optional<Long> number =
                    record.flatMap(found -> History.decode(found.value()).nullNumber());
            return number.isEmpty() ? nothing()
                    : numbered(number.get(), VersionId.NULL).compose(content ->
                            content instanceof KeyContent.Nothing
                                    ? again(attempt, () -> nullVersion(attempt + 1))
                                    : Future.succeededFuture(content));
        });
    }

    private Future<Optional<Version>> get(Bytes recordKey) {
        return chains.get(chain, recordKey, level);
    }

    private static Future<KeyContent> nothing() {
        return Future.succeededFuture(new KeyContent.Nothing());
    }

    private Future<KeyContent> found(Optional<Version> record) {
        return record.map(version -> Manifest.decode(chain, version))
                .map(manifest -> Future.succeededFuture(content(manifest)))
                .orElseGet(VersionReads::nothing);
    }

    private KeyContent content(Manifest manifest) {
        return manifest.stamp().filter(VersionStamp::isMarker)
                .<KeyContent>map(stamp ->
                        new KeyContent.Marked(stamp.id(), manifest.modifiedMillis()))
                .orElseGet(() -> new KeyContent.Held(manifest.toObject(key)));
    }

    private static Future<KeyContent> again(
            int attempt, Supplier<Future<KeyContent>> read) {
        return attempt < ATTEMPTS_MAX ? read.get()
                : Future.failedFuture(new StorageException(StorageException.Kind.BUSY,
                        "versions of the key keep changing"));
    }
}
