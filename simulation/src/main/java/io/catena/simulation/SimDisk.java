package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.protocol.chain.ChainId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A node's disk: the stores of its chains, and one queue of writes that are made durable in
/// groups. It outlives the node's processes; what was not durable when one ended is lost, but for a
/// part of each chain's queue, in order, that may have reached the platter.
final class SimDisk {
    private record Queued(SimReplica by, Effect.DiskWrite write) {}

    private static final long FLUSH_WORST_NANOS = 40_000_000L;
    private static final long READ_NANOS = 200_000L;
    private static final long READ_WORST_NANOS = 20_000_000L;

    private final World world;
    private final TreeMap<ChainId, SimStore> stores = new TreeMap<>();
    private List<Queued> queue = new ArrayList<>();
    private List<Queued> underWay = List.of();
    /// Counts crashes: what was started before the last one ends nowhere.
    private long life;
    private int slowness = 1;
    private String identity;

    SimDisk(World world) {
        this.world = world;
        this.identity = "disk" + world.nextTicket();
    }

    SimStore store(ChainId chain) {
        return stores.computeIfAbsent(chain, _ -> world.seams.store(world.chance));
    }

    /// Names the disk towards the masters.
    String identity() {
        return identity;
    }

    /// Everything takes `factor` times as long.
    void slow(int factor) {
        slowness = factor;
    }

    void write(SimReplica by, Effect.DiskWrite write) {
        queue.add(new Queued(by, write));
        if (underWay.isEmpty()) {
            flush();
        }
    }

    private void flush() {
        underWay = queue;
        queue = new ArrayList<>();
        long begun = life;
        long takesNanos =
                world.chance.latencyNanos(world.shape.flushNanos(), FLUSH_WORST_NANOS);
        world.after(slowness * takesNanos, () -> {
            if (begun == life) {
                flushed();
            }
        });
    }

    private void flushed() {
        List<Queued> done = underWay;
        underWay = List.of();
        if (!queue.isEmpty()) {
            flush();
        }
        for (Queued queued : done) {
            var answer = store(queued.by().chain).write(queued.write());
            queued.by().later(0, answer);
        }
    }

    void read(SimReplica by, Effect.DiskRead read) {
        long begun = life;
        world.after(latency(), () -> {
            if (begun == life) {
                by.later(latency(), store(by.chain).read(read));
            }
        });
    }

    private long latency() {
        return slowness * world.chance.latencyNanos(READ_NANOS, READ_WORST_NANOS);
    }

    /// Power goes: of what was not durable, each chain keeps some of the oldest.
    void crash() {
        life++;
        List<Queued> lost = new ArrayList<>(underWay);
        lost.addAll(queue);
        underWay = List.of();
        queue = new ArrayList<>();
        TreeMap<ChainId, Long> surviving = new TreeMap<>();
        for (Queued queued : lost) {
            long left = surviving.computeIfAbsent(queued.by().chain,
                    _ -> world.chance.percent(50) ? 0 : world.chance.below(lost.size() + 1L));
            if (left > 0) {
                store(queued.by().chain).write(queued.write());
                surviving.put(queued.by().chain, left - 1);
            }
        }
    }
}
