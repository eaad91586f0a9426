package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.BucketVersioning;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/// What a write counts on of its key, and what it makes of it (decision 0009): the conditions that
/// hold as long as nobody else changed the key, and the mutations that belong together.
sealed interface KeyState {
    /// Makes `manifest` the key's object.
    ///
    /// @return as it is stored
    Manifest put(GuardedWrite write, Manifest manifest, PutCondition condition);

    /// Deletes the key's object without naming a version.
    Deletion delete(GuardedWrite write, Optional<String> ifMatch, long nowMillis);

    /// As it is at `home`; no read when the bucket keeps no versions.
    static Future<KeyState> read(Chains chains, ShardHome home, BucketVersioning versioning) {
        long bucketId = home.bucketId();
        Bytes key = home.key();
        if (versioning == BucketVersioning.NEVER) {
            return Future.succeededFuture(new Plain(bucketId, key));
        }
        boolean keepsAll = versioning == BucketVersioning.ENABLED;
        return chains.get(home.chain(), RecordKeys.history(bucketId, key)).compose(found ->
                found.isPresent()
                        ? Future.succeededFuture(Versioned.of(bucketId, key, keepsAll, found.get()))
                        : chains.get(home.chain(), RecordKeys.object(bucketId, key))
                                .map(object -> new Versioned(bucketId, key, keepsAll,
                                        Optional.empty(), new History(0, Optional.empty()),
                                        object.map(one -> new Former(one.position(),
                                                Manifest.decode(home.chain(), one))))));
    }

    /// An object that was stored while the bucket kept no versions; it has no record but its own.
    record Former(Position position, Manifest manifest) {
        static final VersionStamp STAMP = new VersionStamp(0, 0, true, false);
    }

    /// Of a bucket that keeps no versions.
    record Plain(long bucketId, Bytes key) implements KeyState {
        private Bytes object() {
            return RecordKeys.object(bucketId, key);
        }

        /// A write that began before the bucket was to keep versions must not overwrite one.
        GuardedWrite guard(GuardedWrite write) {
            return write.unlessChanged(
                    new Condition.Absent(RecordKeys.versioned(bucketId)));
        }

        @Override
        public Manifest put(GuardedWrite write, Manifest manifest, PutCondition condition) {
            guard(write).whenPut(object(), condition).change(manifest.putObject(object()));
            return manifest;
        }

        @Override
        public Deletion delete(GuardedWrite write, Optional<String> ifMatch, long nowMillis) {
            guard(write);
            ifMatch.ifPresent(_ -> write.whenMatches(object(), ifMatch));
            write.change(new Mutation.Delete(object(), true));
            return Deletion.PLAIN;
        }
    }

    /// Of a bucket that keeps versions.
    ///
    /// @param keepsAll versioning is not suspended
    /// @param position of the history's record; empty: there is none, and no version
    /// @param former present only when there is no history
    record Versioned(long bucketId, Bytes key, boolean keepsAll, Optional<Position> position,
            History history, Optional<Former> former) implements KeyState {
        static Versioned of(long bucketId, Bytes key, boolean keepsAll, Version history) {
            return new Versioned(bucketId, key, keepsAll, Optional.of(history.position()),
                    History.decode(history.value()), Optional.empty());
        }

        private Bytes object() {
            return RecordKeys.object(bucketId, key);
        }

        GuardedWrite guard(GuardedWrite write) {
            Bytes record = RecordKeys.history(bucketId, key);
            if (position.isPresent()) {
                return write.unlessChanged(new Condition.PositionIs(record, position.get()));
            }
            return write.unlessChanged(new Condition.Absent(record))
                    .unlessChanged(former
                            .<Condition>map(one ->
                                    new Condition.PositionIs(object(), one.position()))
                            .orElseGet(() -> new Condition.Absent(object())));
        }

        @Override
        public Manifest put(GuardedWrite write, Manifest manifest, PutCondition condition) {
            Manifest version = manifest.as(nextStamp(false));
            guard(write).whenPut(object(), condition);
            add(write, version);
            write.change(version.putLatest(bucketId, key, !keepsAll));
            return version;
        }

        @Override
        public Deletion delete(GuardedWrite write, Optional<String> ifMatch, long nowMillis) {
            ObjectAttributes none = new ObjectAttributes(
                    "", new TreeMap<>(), new TreeMap<>(), Optional.empty());
            VersionStamp stamp = nextStamp(true);
            Manifest marker = new Manifest(0, nowMillis, none, new Location.Inline(Bytes.EMPTY),
                    Optional.of(stamp));
            guard(write);
            ifMatch.ifPresent(_ -> write.whenMatches(object(), ifMatch));
            add(write, marker);
            write.change(new Mutation.Delete(object(), !keepsAll));
            return new Deletion(Optional.of(stamp.id()), true);
        }

        private VersionStamp nextStamp(boolean isMarker) {
            return new VersionStamp(history.lastNumber() + 1,
                    ThreadLocalRandom.current().nextLong(), !keepsAll, isMarker);
        }

        /// A version more: a null version in the place of the one that there is, or any other
        /// beside all, and beside the object from before the bucket kept versions.
        private void add(GuardedWrite write, Manifest version) {
            long number = version.stamp().orElseThrow().number();
            Optional<Long> nullNumber;
            if (keepsAll) {
                former.ifPresent(one -> write.change(
                        one.manifest().as(Former.STAMP).putVersion(bucketId, key)));
                nullNumber = former.isPresent()
                        ? Optional.of(Former.STAMP.number()) : history.nullNumber();
            } else {
                history.nullNumber().ifPresent(replaced -> write.change(new Mutation.Delete(
                        RecordKeys.version(bucketId, key, replaced), true)));
                nullNumber = Optional.of(number);
            }
            write.change(version.putVersion(bucketId, key))
                    .change(new History(number, nullNumber).put(bucketId, key));
        }
    }
}
