package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Function;

/// Writes of objects and uploads, wherever their shard is. An attempt goes by the map; when the
/// shard's record says something else, the shard is looked at until it takes writes, and the write
/// is tried again: so a write waits for a shard that is being switched, and nobody sees it fail.
final class ShardWrites {
    /// How long a write waits in all: less than S3 clients do.
    private static final long WAIT_MILLIS_MAX = 15_000;
    private static final long PAUSE_MILLIS_MIN = 5;
    private static final long PAUSE_MILLIS_MAX = 100;

    private final Vertx vertx;
    private final BucketMap map;
    private final Chains chains;

    ShardWrites(Vertx vertx, BucketMap map, Chains chains) {
        this.vertx = vertx;
        this.map = map;
        this.chains = chains;
    }

    /// What `attempt` comes to, at the place where the key's shard is. An attempt that fails with
    /// [ShardMoved] has done nothing and is made again.
    <T> Future<T> write(
            BucketRecord bucket, Bytes key, Function<ShardHome, Future<T>> attempt) {
        return new Call<>(bucket, key, attempt).first();
    }

    /// What was found at `home` holds only if the shard is still there.
    <T> Future<T> stillThere(BucketRecord bucket, ShardHome home, T found) {
        return map.now(bucket, ReadLevel.STRONG).shardOf(home.key()).chain().equals(home.chain())
                ? Future.succeededFuture(found) : Future.failedFuture(new ShardMoved());
    }

    private final class Call<T> {
        private final BucketRecord bucket;
        private final Bytes key;
        private final Function<ShardHome, Future<T>> attempt;
        private final long deadlineNanos = System.nanoTime() + WAIT_MILLIS_MAX * 1_000_000;
        private long pauseMillis = PAUSE_MILLIS_MIN;

        Call(BucketRecord bucket, Bytes key, Function<ShardHome, Future<T>> attempt) {
            this.bucket = bucket;
            this.key = key;
            this.attempt = attempt;
        }

        Future<T> first() {
            return Future.succeededFuture().compose(_ -> {
                ShardRecord shard = shard();
                boolean moving = shard.move().orElse(null) instanceof ShardRecord.Move.To;
                return at(shard, moving ? ShardState.MOVING : ShardState.OPEN);
            });
        }

        private ShardRecord shard() {
            return map.now(bucket, ReadLevel.STRONG).shardOf(key);
        }

        private Future<T> at(ShardRecord shard, ShardState state) {
            return attempt.apply(new ShardHome(chains, bucket.id(), shard, key, state))
                    .recover(failure -> failure instanceof ShardMoved
                            ? look() : Future.failedFuture(failure));
        }

        private Future<T> look() {
            if (System.nanoTime() - deadlineNanos > 0) {
                return Future.failedFuture(new StorageException(StorageException.Kind.BUSY,
                        "the key's shard is being moved and takes no writes yet"));
            }
            ShardRecord shard = shard();
            return chains.get(shard.chain(), RecordKeys.shard(bucket.id(), shard))
                    .compose(record -> {
                        Optional<ShardState> state =
                                ShardState.of(record).filter(ShardState::takesWrites);
                        return state.isPresent() ? at(shard, state.get()) : pause();
                    });
        }

        private Future<T> pause() {
            long millis = pauseMillis;
            pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
            return vertx.timer(millis).compose(_ -> look());
        }
    }
}
