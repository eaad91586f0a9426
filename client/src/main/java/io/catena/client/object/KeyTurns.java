package io.catena.client.object;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Writes of this process that change a key's versions, one after the other, in the order in which
/// they came: each rests on what the former one left. Writers in other processes are met at the
/// chain. From any context; a step runs, and its future completes, on its caller's.
final class KeyTurns {
    /// Writes of one key that wait here; others are told to come later.
    static final int WAITING_MAX = 1_000;

    private record Key(long bucketId, Bytes key) {}

    /// @param before ends when it is the last one's turn
    /// @param last ends when the last one has ended
    /// @param waiting how many there are that did not end
    private record Queue(Future<Void> before, Future<Void> last, int waiting) {}

    private final Vertx vertx;
    private final ConcurrentHashMap<Key, Queue> queues = new ConcurrentHashMap<>();

    KeyTurns(Vertx vertx) {
        this.vertx = vertx;
    }

    /// What `step` comes to when all that were here before have ended; fails with BUSY.
    <T> Future<T> inTurn(long bucketId, Bytes key, Supplier<Future<T>> step) {
        Context context = vertx.getOrCreateContext();
        Promise<Void> ended = Promise.promise();
        Key place = new Key(bucketId, key);
        Queue queue = queues.compute(place, (_, now) -> now == null
                ? new Queue(Future.succeededFuture(), ended.future(), 1)
                : now.waiting >= WAITING_MAX ? now
                : new Queue(now.last, ended.future(), now.waiting + 1));
        if (queue.last != ended.future()) {
            return Future.failedFuture(new StorageException(StorageException.Kind.BUSY,
                    WAITING_MAX + " writes of the key wait"));
        }
        Promise<T> outcome = Promise.promise();
        outcome.future().onComplete(_ -> {
            queues.compute(place, (_, now) -> now.waiting == 1
                    ? null : new Queue(now.before, now.last, now.waiting - 1));
            ended.complete();
        });
        queue.before.onComplete(_ -> context.runOnContext(_ -> run(step, outcome)));
        return outcome.future();
    }

    private static <T> void run(Supplier<Future<T>> step, Promise<T> outcome) {
        Future.succeededFuture().compose(_ -> step.get()).onComplete(outcome);
    }

    /// Keys that have a writer.
    int size() {
        return queues.size();
    }
}
