package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Opens a bucket's shards before it is seen, and closes them, empty, before it goes. Every step
/// can be repeated, so that what broke off is finished by whoever tries again.
///
/// A bucket whose shards are being moved goes when the moves have ended; of an empty one nothing
/// has to be copied, and what was left where shards were before is cleared at once. Between the
/// last shard that is closed and a step of the map, the master decides: it removes a bucket only
/// with the shards that were closed.
final class BucketShards {
    /// How long a deletion waits for moves to end.
    private static final long WAIT_MILLIS_MAX = 12_000;
    private static final long PAUSE_MILLIS = 50;

    private final Vertx vertx;
    private final Buckets buckets;
    private final BucketMap map;
    private final Chains chains;
    private final ShardPort port;

    BucketShards(Vertx vertx, Buckets buckets, BucketMap map, Chains chains) {
        this.vertx = vertx;
        this.buckets = buckets;
        this.map = map;
        this.chains = chains;
        this.port = new ShardPort(buckets, chains);
    }

    /// What another user has begun is finished, too, and then exists.
    Future<BucketRecord> create(String name, String ownerId) {
        // Inside compose what the lookup throws fails the future.
        return Future.succeededFuture().compose(_ -> {
            checkAbsent(name);
            return buckets.allocate(name, ownerId);
        }).compose(bucket -> each(bucket.shards(), shard -> open(bucket, shard, List.of()))
                .compose(_ -> buckets.activate(bucket.id())))
                .compose(bucket -> bucket.ownerId().equals(ownerId)
                        ? Future.succeededFuture(bucket) : Future.failedFuture(exists()));
    }

    private static StorageException exists() {
        return new StorageException(
                StorageException.Kind.BUCKET_EXISTS, "the bucket exists");
    }

    private void checkAbsent(String name) {
        if (buckets.bucket(name, ReadLevel.STRONG)
                .filter(one -> one.state() == BucketState.ACTIVE).isPresent()) {
            throw exists();
        }
    }

    private Future<Void> open(
            BucketRecord bucket, ShardRecord shard, List<Condition> conditions) {
        return chains.write(shard.chain(), conditions, List.of(RecordKeys.putShard(
                bucket.id(), bucket.name(), shard, ShardState.OPEN))).mapEmpty();
    }

    /// First the chains are told, then the map: as soon as a gateway makes a version, no write that
    /// knows of none is taken. The map changes only if the shards are still those that were told: a
    /// shard that went to another chain sends every write there to the map first.
    Future<Void> setVersioning(BucketRecord bucket, BucketVersioning versioning) {
        long deadlineNanos = System.nanoTime() + WAIT_MILLIS_MAX * 1_000_000;
        return Loop.repeat(() -> {
            BucketRecord now = map.now(bucket, ReadLevel.STRONG);
            return tell(now).compose(_ ->
                    buckets.setVersioning(now.id(), versioning, now.shards())).compose(set -> {
                        if (set) {
                            return Future.succeededFuture(false);
                        }
                        return System.nanoTime() - deadlineNanos < 0
                                ? vertx.timer(PAUSE_MILLIS).map(true)
                                : Future.failedFuture(new StorageException(
                                        StorageException.Kind.BUSY,
                                        "the bucket's shards keep moving"));
                    });
        });
    }

    private Future<Void> tell(BucketRecord bucket) {
        return bucket.versioning() != BucketVersioning.NEVER ? Future.succeededFuture()
                : each(bucket.shards(), shard -> chains.write(shard.chain(), List.of(), List.of(
                        new Mutation.Put(RecordKeys.versioned(bucket.id()), Bytes.EMPTY,
                                Bytes.EMPTY, Optional.empty(), false, true))).mapEmpty());
    }

    Future<Void> delete(BucketRecord bucket) {
        long deadlineNanos = System.nanoTime() + WAIT_MILLIS_MAX * 1_000_000;
        return Loop.repeat(() -> attempt(map.now(bucket, ReadLevel.STRONG)).compose(gone -> {
            if (gone) {
                return Future.succeededFuture(false);
            }
            return System.nanoTime() - deadlineNanos < 0 ? vertx.timer(PAUSE_MILLIS).map(true)
                    : Future.failedFuture(new StorageException(StorageException.Kind.BUSY,
                            "the bucket's shards are being moved"));
        }));
    }

    /// Whether the bucket is gone; false: something of its shards is under way.
    private Future<Boolean> attempt(BucketRecord bucket) {
        if (isMoving(bucket)) {
            return checkEmpty(bucket).compose(_ -> clear(bucket)).map(false);
        }
        List<ShardRecord> closed = new ArrayList<>();
        return close(bucket, closed).compose(all -> all
                        ? buckets.remove(bucket.id(), bucket.shards())
                        : Future.succeededFuture(false))
                .compose(gone -> gone ? Future.succeededFuture(true)
                        : reopen(bucket, closed).map(false))
                .recover(failure -> isNotEmpty(failure)
                        ? reopen(bucket, closed).compose(_ -> Future.failedFuture(failure))
                        : Future.failedFuture(failure));
    }

    private static boolean isMoving(BucketRecord bucket) {
        return bucket.shards().stream().anyMatch(shard -> shard.move().isPresent());
    }

    private static boolean isNotEmpty(Throwable failure) {
        return failure instanceof StorageException known
                && known.kind() == StorageException.Kind.BUCKET_NOT_EMPTY;
    }

    private Future<Void> checkEmpty(BucketRecord bucket) {
        VersionsRequest one = new VersionsRequest(
                Bytes.EMPTY, Bytes.EMPTY, Optional.empty(), Bytes.EMPTY, 1);
        return map.read(bucket, ReadLevel.STRONG, BucketMap::shown, shown -> new VersionLister(
                chains, bucket.id(), shown, one, ReadLevel.STRONG).run().compose(versions ->
                versions.entries().isEmpty() ? new UploadLister(chains, bucket.id(), shown,
                        Bytes.EMPTY, Bytes.EMPTY, 1).run(Bytes.EMPTY, "")
                        .map(uploads -> uploads.uploads().isEmpty())
                        : Future.succeededFuture(false)))
                .compose(empty -> empty ? Future.succeededFuture()
                        : Future.failedFuture(new StorageException(
                                StorageException.Kind.BUCKET_NOT_EMPTY, "it holds something")));
    }

    /// Of what was moved: nobody reads it any more, since it holds nothing.
    private Future<Void> clear(BucketRecord bucket) {
        return each(bucket.shards().stream().filter(shard ->
                shard.move().orElse(null) instanceof ShardRecord.Move.From).toList(),
                shard -> port.run(new ShardMove(bucket.id(), bucket.name(), shard, true))
                        .mapEmpty());
    }

    /// Every shard is closed: empty on its chain, and no write that comes later finds it. False: a
    /// shard is not as the map has it.
    private Future<Boolean> close(BucketRecord bucket, List<ShardRecord> closed) {
        boolean[] all = {true};
        Iterator<ShardRecord> left = bucket.shards().iterator();
        return Loop.repeat(() -> {
            if (!left.hasNext() || !all[0]) {
                return Future.succeededFuture(false);
            }
            ShardRecord shard = left.next();
            return close(bucket, shard).map(done -> {
                all[0] = done;
                if (done) {
                    closed.add(shard);
                }
                return true;
            });
        }).map(_ -> all[0]);
    }

    private Future<Boolean> close(BucketRecord bucket, ShardRecord shard) {
        List<Condition> conditions = List.of(
                new Condition.TagIs(
                        RecordKeys.shard(bucket.id(), shard), ShardState.OPEN.tag()),
                new Condition.PrefixEmpty(RecordKeys.object(bucket.id(), Bytes.EMPTY)),
                new Condition.PrefixEmpty(RecordKeys.versions(bucket.id(), Bytes.EMPTY)),
                new Condition.PrefixEmpty(RecordKeys.uploads(bucket.id(), Bytes.EMPTY)));
        return chains.write(shard.chain(), conditions, List.of(
                        new Mutation.Delete(RecordKeys.shard(bucket.id(), shard), true),
                        new Mutation.Delete(RecordKeys.versioned(bucket.id()), false)))
                .compose(reply -> {
                    if (!(reply instanceof ClientReply.Refused refused)) {
                        return Future.succeededFuture(true);
                    }
                    return refused.conditionIndex() > 0
                            ? Future.failedFuture(new StorageException(
                                    StorageException.Kind.BUCKET_NOT_EMPTY, "it is not empty"))
                            : refused.present() ? Future.succeededFuture(false)
                            : isClosed(bucket, shard);
                });
    }

    /// Whether a shard without a record was closed by a deletion that broke off, and was not cut.
    private Future<Boolean> isClosed(BucketRecord bucket, ShardRecord shard) {
        return shard.canBeCut()
                ? chains.get(shard.chain(), RecordKeys.shard(
                        bucket.id(), shard.cut().getFirst())).map(Optional::isEmpty)
                : Future.succeededFuture(true);
    }

    /// The bucket stays, with all of its shards. A shard that was cut meanwhile stays cut: a record
    /// of the whole beside those of its quarters would let writes in that no move waits for.
    private Future<Void> reopen(BucketRecord bucket, List<ShardRecord> closed) {
        return each(closed, shard -> {
            List<Condition> absent = new ArrayList<>();
            absent.add(new Condition.Absent(RecordKeys.shard(bucket.id(), shard)));
            if (shard.canBeCut()) {
                absent.add(new Condition.Absent(
                        RecordKeys.shard(bucket.id(), shard.cut().getFirst())));
            }
            return open(bucket, shard, absent);
        });
    }

    private static Future<Void> each(
            List<ShardRecord> shards, Function<ShardRecord, Future<Void>> step) {
        Iterator<ShardRecord> left = shards.iterator();
        return Loop.repeat(() -> left.hasNext()
                ? step.apply(left.next()).map(true) : Future.succeededFuture(false));
    }
}
