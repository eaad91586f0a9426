package io.catena.server.system;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Puts many small objects into a bucket, the way everybody writes, over many connections to all
/// servers. The keys come in no order: each next one lies far from the last.
///
/// ```
/// dD/NNNNNNNN    D 0 to 9: as many keys below each
/// ```
final class BulkLoad {
    private static final int IN_FLIGHT = 480;
    private static final int OBJECT_BYTES = 64;
    /// A prime that divides no number of keys here: steps through all of them.
    private static final long STRIDE = 7_368_787;
    /// A put waits for a shard that is switched, and servers may ask for less at times.
    private static final int REPEATS_MAX = 150;
    private static final long PAUSE_MILLIS = 200;
    private static final long TELL_EVERY = 250_000;

    private final SignedClient client;
    private final String bucket;
    private final long count;
    private final Buffer bytes = Buffer.buffer(new byte[OBJECT_BYTES]);
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long startNanos;

    /// @param count a multiple of ten, no multiple of [#STRIDE]
    BulkLoad(SignedClient client, String bucket, long count) {
        this.client = client;
        this.bucket = bucket;
        this.count = count;
    }

    static String key(long number, long count) {
        return "d%d/%08d".formatted(number / (count / 10), number % (count / 10));
    }

    /// Returns objects per second.
    double run() {
        startNanos = System.nanoTime();
        for (int i = 0; i < IN_FLIGHT; i++) {
            int server = i % client.servers();
            client.vertx().runOnContext(_ -> next(server));
        }
        done.join();
        return rate();
    }

    private double rate() {
        return stored.get() / ((System.nanoTime() - startNanos) / 1e9);
    }

    private void next(int server) {
        long turn = begun.getAndIncrement();
        if (turn < count) {
            put(server, key(turn * STRIDE % count, count), 0);
        }
    }

    private void put(int server, String key, int repeats) {
        client.send(server, HttpMethod.PUT, "/" + bucket + "/" + key, "", bytes).onComplete(
                answer -> {
                    if (answer.status() == 200) {
                        onStored(server);
                    } else {
                        again(server, key, repeats, answer.status() + " " + answer.body());
                    }
                }, failure -> again(server, key, repeats, failure.toString()));
    }

    private void onStored(int server) {
        long all = stored.incrementAndGet();
        if (all % TELL_EVERY == 0) {
            System.getLogger("keys").log(System.Logger.Level.INFO,
                    () -> "%,d keys, %.0f/s".formatted(all, rate()));
        }
        if (all == count) {
            done.complete(null);
        } else {
            next(server);
        }
    }

    /// A put may be repeated.
    private void again(int server, String key, int repeats, String reason) {
        failures.incrementAndGet();
        if (repeats >= REPEATS_MAX) {
            done.completeExceptionally(new AssertionError(key + ": " + reason));
        } else {
            System.getLogger("keys").log(System.Logger.Level.DEBUG, () -> key + ": " + reason);
            client.vertx().setTimer(PAUSE_MILLIS, _ -> put(server, key, repeats + 1));
        }
    }

    long failures() {
        return failures.get();
    }
}
