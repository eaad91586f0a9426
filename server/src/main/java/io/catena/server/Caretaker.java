package io.catena.server;

import io.catena.chain.replica.ReplicaStatus;
import io.catena.client.object.Janitor;
import io.catena.client.object.OrphanSweep;
import io.catena.protocol.chain.ChainId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has what nobody needs any more taken away, from time to time: garbage of all chains by every
/// server, orphaned blocks of a chain by the server of its head.
final class Caretaker {
    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);
    private static final long ROUND_MILLIS = 30_000;
    private static final long PRESSED_ROUND_MILLIS = 5_000;

    private final Janitor janitor;
    private final OrphanSweep sweep;
    private final Supplier<Map<ChainId, ReplicaStatus>> replicas;

    Caretaker(Janitor janitor, OrphanSweep sweep, Supplier<Map<ChainId, ReplicaStatus>> replicas) {
        this.janitor = janitor;
        this.sweep = sweep;
        this.replicas = replicas;
    }

    void start(Vertx vertx) {
        vertx.setPeriodic(ROUND_MILLIS, _ -> {
            warn(janitor.round(false));
            warn(sweep.round(ownChains()));
        });
        vertx.setPeriodic(PRESSED_ROUND_MILLIS, _ -> {
            if (isPressed()) {
                warn(janitor.round(true));
            }
        });
    }

    private static void warn(Future<Integer> round) {
        round.onFailure(e -> LOG.warn("tidying up: {}", e.toString()));
    }

    private Set<ChainId> ownChains() {
        return replicas.get().entrySet().stream().filter(one -> switch (one.getValue().role()) {
            case HEAD, SOLE -> true;
            case NONE, MIDDLE, TAIL, JOINING -> false;
        }).map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    /// A disk of some chain is full, as far as this server's replicas know.
    private boolean isPressed() {
        return replicas.get().values().stream().anyMatch(replica -> !replica.room());
    }
}
