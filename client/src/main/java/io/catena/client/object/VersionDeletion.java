package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.cluster.BucketRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// Deletes one version for good. When it is the latest, the next one is that from the same update
/// on. Of a version that is not there, without effect.
final class VersionDeletion {
    private final Chains chains;
    private final VersionWrites writes;
    private final BucketRecord bucket;
    private final Bytes key;
    private final VersionId id;
    private final Optional<String> ifMatch;

    /// @param ifMatch only a version with this ETag
    VersionDeletion(Chains chains, VersionWrites writes, BucketRecord bucket, Bytes key,
            VersionId id, Optional<String> ifMatch) {
        this.chains = chains;
        this.writes = writes;
        this.bucket = bucket;
        this.key = key;
        this.id = id;
        this.ifMatch = ifMatch;
    }

    Future<Deletion> run() {
        return writes.write(bucket, key, (home, state) -> switch (state) {
            case KeyState.Plain plain -> id.isNull()
                    ? deleteObject(plain.guard(home.write())) : done(false);
            case KeyState.Versioned versioned -> versioned.position().isPresent()
                    ? find(home, versioned)
                    : id.isNull() && versioned.former().isPresent()
                            ? deleteObject(versioned.guard(home.write())) : done(false);
        });
    }

    private Future<Deletion> done(boolean wasMarker) {
        return Future.succeededFuture(new Deletion(Optional.of(id), wasMarker));
    }

    private Future<Deletion> deleteObject(GuardedWrite write) {
        Bytes object = RecordKeys.object(bucket.id(), key);
        ifMatch.ifPresent(_ -> write.whenMatches(object, ifMatch));
        return write.change(new Mutation.Delete(object, true)).run().compose(_ -> done(false));
    }

    private Future<Deletion> find(ShardHome home, KeyState.Versioned state) {
        Optional<Long> number = id.isNull()
                ? state.history().nullNumber() : Optional.of(id.number());
        if (number.isEmpty()) {
            return done(false);
        }
        return chains.get(home.chain(), RecordKeys.version(bucket.id(), key, number.get()))
                .compose(found -> {
                    Optional<VersionStamp> stamp = found.flatMap(version ->
                            Manifest.summary(version.value()).stamp())
                            .filter(one -> one.id().equals(id));
                    return stamp.isEmpty() ? done(false) : delete(home, state, stamp.get());
                });
    }

    private Future<Deletion> delete(
            ShardHome home, KeyState.Versioned state, VersionStamp stamp) {
        ScanRange newest = new ScanRange(RecordKeys.versionsOf(bucket.id(), key), Bytes.EMPTY,
                Bytes.EMPTY, 2, 0, ScanRange.PAGE_BYTES_MAX);
        return chains.scan(home.chain(), newest).compose(page -> {
            List<Bytes> records = page.entries().stream().map(ScanEntry::key).toList();
            Bytes record = RecordKeys.version(bucket.id(), key, stamp.number());
            GuardedWrite write = state.guard(home.write());
            ifMatch.ifPresent(_ -> write.whenMatches(record, ifMatch));
            write.change(new Mutation.Delete(record, true));
            if (records.isEmpty() || !records.getFirst().equals(record)) {
                return end(write, state.history(), stamp, false);
            }
            return records.size() < 2 ? promote(write, state, stamp, Optional.empty())
                    : chains.get(home.chain(), records.getLast()).compose(next ->
                            promote(write, state, stamp, next.map(version ->
                                    Manifest.decode(home.chain(), version))));
        });
    }

    private Future<Deletion> promote(GuardedWrite write, KeyState.Versioned state,
            VersionStamp stamp, Optional<Manifest> next) {
        write.change(next.filter(version -> !version.stamp().orElseThrow().isMarker())
                .<Mutation>map(version -> version.putLatest(bucket.id(), key, false))
                .orElseGet(() -> new Mutation.Delete(
                        RecordKeys.object(bucket.id(), key), false)));
        return end(write, state.history(), stamp, next.isEmpty());
    }

    /// @param wasLast the key has no version left
    private Future<Deletion> end(
            GuardedWrite write, History history, VersionStamp stamp, boolean wasLast) {
        write.change(wasLast ? new Mutation.Delete(RecordKeys.history(bucket.id(), key), false)
                : new History(history.lastNumber(),
                        history.nullNumber().filter(number -> number != stamp.number()))
                        .put(bucket.id(), key));
        return write.run().compose(_ -> done(stamp.isMarker()));
    }
}
