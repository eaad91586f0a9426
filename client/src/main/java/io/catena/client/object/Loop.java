package io.catena.client.object;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/// Repeats an asynchronous step. Long chains of composed futures would grow the heap with every
/// step, and the stack when they unwind; this does neither.
final class Loop {
    private final Supplier<Future<Boolean>> step;
    private final Promise<Void> promise = Promise.promise();

    private Loop(Supplier<Future<Boolean>> step) {
        this.step = step;
    }

    /// Runs `step` until it gives false, or fails.
    static Future<Void> repeat(Supplier<Future<Boolean>> step) {
        Loop loop = new Loop(step);
        loop.run();
        return loop.promise.future();
    }

    private void run() {
        while (true) {
            Future<Boolean> result = attempt();
            if (!result.isComplete()) {
                result.onComplete(more -> {
                    if (more) {
                        run();
                    } else {
                        promise.complete();
                    }
                }, promise::fail);
                return;
            }
            if (result.failed()) {
                promise.fail(result.cause());
                return;
            }
            if (!result.result()) {
                promise.complete();
                return;
            }
        }
    }

    private Future<Boolean> attempt() {
        try {
            return step.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
