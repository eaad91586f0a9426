package io.catena.master.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/// Callers that wait until a version of the state holds everywhere. At most
/// [MasterSettings#WAITING_MAX] of them.
final class Barriers {
    private record Waiting(long version, Promise<Boolean> promise) {}

    private List<Waiting> waiting = new ArrayList<>();

    /// Completes with true when `version` holds everywhere; with false when this leader is no more,
    /// or too many wait.
    Future<Boolean> await(long version) {
        if (waiting.size() >= MasterSettings.WAITING_MAX) {
            return Future.succeededFuture(false);
        }
        Waiting added = new Waiting(version, Promise.promise());
        waiting.add(added);
        return added.promise().future();
    }

    /// Lets go whoever waits for a version of which `holds` is true.
    void release(LongPredicate holds) {
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting> former = waiting;
        waiting = new ArrayList<>();
        for (Waiting one : former) {
            if (holds.test(one.version())) {
                one.promise().complete(true);
            } else {
                waiting.add(one);
            }
        }
    }

    void abandon() {
        List<Waiting> former = waiting;
        waiting = new ArrayList<>();
        former.forEach(one -> one.promise().complete(false));
    }
}
