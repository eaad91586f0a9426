package io.catena.transport;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for conditions with a deadline.
final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private Await() {}

    static <T> T result(Future<T> future) throws Exception {
        return future.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static Throwable failure(Future<?> future) {
        until("future to complete", future::isComplete);
        return future.cause();
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
