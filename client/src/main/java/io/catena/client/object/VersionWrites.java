package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;

/// Writes that know what their key is: in a bucket that keeps versions an attempt looks at the key,
/// and its write is refused when another one came between; then it is made again. Writers of this
/// process take turns, so an attempt meets at most one rival per other gateway, and of those that
/// meet one wins.
final class VersionWrites {
    /// How long a write tries in all, when its turn has come.
    private static final long TRY_MILLIS_MAX = 15_000;
    private static final int PAUSE_MILLIS_MAX = 32;

    private final Vertx vertx;
    private final BucketMap map;
    private final Chains chains;
    private final ShardWrites writes;
    private final KeyTurns turns;

    VersionWrites(Vertx vertx, BucketMap map, Chains chains, ShardWrites writes) {
        this.vertx = vertx;
        this.map = map;
        this.chains = chains;
        this.writes = writes;
        this.turns = new KeyTurns(vertx);
    }

    /// What `attempt` comes to. One that fails with [KeyChanged] or [ShardMoved] has done nothing
    /// and is made again.
    <T> Future<T> write(BucketRecord bucket, Bytes key,
            BiFunction<ShardHome, KeyState, Future<T>> attempt) {
        Call<T> call = new Call<>(bucket, key, attempt);
        return Future.succeededFuture().compose(_ ->
                call.versioning() == BucketVersioning.NEVER ? call.plain() : call.inTurn());
    }

    private final class Call<T> {
        private final BucketRecord bucket;
        private final Bytes key;
        private final BiFunction<ShardHome, KeyState, Future<T>> attempt;
        private long deadlineNanos;
        private int pauseMillis = 1;

        Call(BucketRecord bucket, Bytes key,
                BiFunction<ShardHome, KeyState, Future<T>> attempt) {
            this.bucket = bucket;
            this.key = key;
            this.attempt = attempt;
        }

        BucketVersioning versioning() {
            return map.now(bucket, ReadLevel.STRONG).versioning();
        }

        /// Until a chain says that the bucket is to keep versions, which the map tells later.
        Future<T> plain() {
            return writes.write(bucket, key, home -> KeyState
                            .read(chains, home, BucketVersioning.NEVER)
                            .compose(state -> attempt.apply(home, state)))
                    .recover(failure -> failure instanceof KeyChanged
                            ? inTurn() : Future.failedFuture(failure));
        }

        Future<T> inTurn() {
            return turns.inTurn(bucket.id(), key, () -> {
                deadlineNanos = System.nanoTime() + TRY_MILLIS_MAX * 1_000_000;
                return writes.write(bucket, key, this::versioned);
            });
        }

        /// Where versions are about to begin, a write is as in a bucket where they are suspended:
        /// it replaces the version `null` and no other.
        private Future<T> versioned(ShardHome home) {
            BucketVersioning now = versioning() == BucketVersioning.ENABLED
                    ? BucketVersioning.ENABLED : BucketVersioning.SUSPENDED;
            return KeyState.read(chains, home, now)
                    .compose(state -> attempt.apply(home, state))
                    .recover(failure -> failure instanceof KeyChanged
                            ? again(home) : Future.failedFuture(failure));
        }

        private Future<T> again(ShardHome home) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return Future.failedFuture(new StorageException(StorageException.Kind.BUSY,
                        "versions of the key keep changing"));
            }
            int millis = 1 + ThreadLocalRandom.current().nextInt(pauseMillis);
            pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
            return vertx.timer(millis).compose(_ -> versioned(home));
        }
    }
}
