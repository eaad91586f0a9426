package io.catena.simulation;

import io.catena.chain.replica.ReplicaSettings;
import io.catena.master.duty.DutySettings;
import io.catena.master.duty.MoveSettings;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What a run's cluster looks like; drawn from the seed.
///
/// @param clients each has one request under way
/// @param hotKeys keys that get most of the requests
/// @param duty what the masters go by
/// @param pauseNanosMax between a client's requests
/// @param delayNanos a message's usual delay
/// @param flushNanos a disk's usual flush
/// @param faultsNanos how long faults go on before everything heals
record Shape(
        int nodes, int chains, int clients, int keys, int hotKeys,
        long pauseNanosMax, long delayNanos, long flushNanos,
        long faultsNanos, long faultEveryNanos, ReplicaSettings replica, DutySettings duty) {
    private static final long MILLI = 1_000_000L;
    private static final int KEYS_MAX = 40;
    private static final List<Bytes> KEYS = IntStream.rangeClosed(0, KEYS_MAX)
            .mapToObj(number -> Bytes.utf8("d%d/k%02d".formatted(number % 3, number))).toList();

    static Shape any(Chance chance) {
        int nodes = chance.between(3, 5);
        int keys = chance.between(4, KEYS_MAX);
        return new Shape(nodes, chance.percent(60) ? 1 : chance.between(2, 3),
                chance.between(2, 8), keys, Math.min(keys, chance.between(1, 4)),
                chance.between(1, chance.percent(50) ? 3 : 20) * MILLI,
                chance.between(100_000L, chance.percent(70) ? MILLI : 6 * MILLI),
                chance.between(200_000L, 5 * MILLI),
                chance.between(1_500, 5_000) * MILLI,
                chance.between(60, chance.percent(50) ? 400 : 1_500) * MILLI, replica(chance),
                duty(nodes, chance));
    }

    private static DutySettings duty(int nodes, Chance chance) {
        return new DutySettings(List.of(),
                Math.min(nodes, chance.percent(80) ? 3 : chance.between(2, 4)),
                chance.between(150, 400) * MILLI, chance.between(50, 3_000) * MILLI,
                chance.between(500, 2_000) * MILLI, chance.between(1, 20) * MILLI,
                new MoveSettings(chance.between(1, 3), chance.between(20, 400) * MILLI,
                        chance.between(50, 1_500) * MILLI));
    }

    /// Members that a chain should have.
    int replication() {
        return duty.replication();
    }

    /// What the masters grant.
    long leaseNanos() {
        return duty.leaseNanos();
    }

    private static ReplicaSettings replica(Chance chance) {
        long stallNanos = chance.between(60, 500) * MILLI;
        return new ReplicaSettings(chance.between(1, 2), chance.between(4, 64),
                chance.between(2_000, 100_000), chance.between(8, 64), 4_096, chance.between(0, 64),
                chance.between(10, 40) * MILLI, stallNanos,
                chance.between(10, 100) * MILLI, chance.between(100, 1_000) * MILLI,
                chance.between(1, 64), stallNanos + chance.between(10, 600) * MILLI);
    }

    List<ChainId> chainIds() {
        List<ChainId> ids = new ArrayList<>();
        for (int id = 1; id <= chains; id++) {
            ids.add(new ChainId(id));
        }
        return ids;
    }

    /// Keys fall into a few directories, so that scans and prefixes mean something.
    Bytes key(int number) {
        return KEYS.get(number);
    }

    ChainId chainOf(Bytes key) {
        return new ChainId(1 + Math.floorMod(key.hashCode(), chains));
    }
}
