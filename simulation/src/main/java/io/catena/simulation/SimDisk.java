package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A node's disk: the stores of its chains, and one queue of writes that are made durable in
/// groups. It outlives the node's processes; what was not durable when one ended is lost, but for a
/// part of each chain's queue, in order, that may have reached the platter, the last of it torn.
final class SimDisk {
    private record Queued(SimReplica by, Effect.DiskWrite write) {}

    private static final long FLUSH_WORST_NANOS = 40_000_000L;
    private static final long READ_NANOS = 200_000L;
    private static final long READ_WORST_NANOS = 20_000_000L;
    private static final long SLOWEST_NANOS = 1_000_000_000L;
    /// When there is no room for clients, what is kept back for the chains lasts a while.
    private static final int RESERVE_FLUSHES = 60;

    private final World world;
    private final SimNode node;
    private final TreeMap<ChainId, SimStore> stores = new TreeMap<>();
    private List<Queued> queue = new ArrayList<>();
    private List<Queued> underWay = List.of();
    /// Counts crashes: what was started before the last one ends nowhere.
    private long life;
    private int slowness = 1;
    private String identity;
    private Optional<Member> firstServed = Optional.empty();
    private boolean full;
    private boolean nextFlushFails;
    /// A flush failed: nothing more is written for this process.
    private boolean failed;
    /// A block did not read back as it was written.
    private boolean bad;

    SimDisk(World world, SimNode node) {
        this.world = world;
        this.node = node;
        this.identity = "disk" + world.nextTicket();
    }

    SimStore store(ChainId chain) {
        return stores.computeIfAbsent(chain, _ -> world.seams.store(world.chance));
    }

    /// Names the disk towards the masters.
    String identity() {
        return identity;
    }

    // --- faults

    /// Everything takes `factor` times as long.
    void slow(int factor) {
        slowness = factor;
    }

    /// There is no room for what clients send, and little for what the chains need.
    void fill(boolean isFull) {
        full = isFull;
        node.room(!isFull);
    }

    boolean full() {
        return full;
    }

    void failNextFlush() {
        nextFlushFails = true;
    }

    /// Some block of some chain goes bad.
    boolean spoil() {
        return !stores.isEmpty()
                && world.chance.pick(List.copyOf(stores.values())).spoil();
    }

    /// The disk is to be replaced.
    void discard() {
        bad = true;
    }

    /// A process with this seat runs on it.
    void serves(Member seat) {
        if (firstServed.isEmpty()) {
            firstServed = Optional.of(seat);
        }
    }

    /// Whether it is the disk that `seat` had.
    boolean hasServedSince(Member seat) {
        return firstServed.filter(first -> first.compareTo(seat) <= 0).isPresent();
    }

    /// It is to be replaced, or somebody must get a block back.
    boolean bad() {
        return bad;
    }

    /// Another disk, with nothing on it.
    private void replace() {
        world.log(() -> node.id + " gets a new disk");
        world.counts.add("disk replaced");
        stores.clear();
        firstServed = Optional.empty();
        identity = "disk" + world.nextTicket();
        bad = false;
    }

    /// Everything works, and every block can be read.
    void repair() {
        slowness = 1;
        fill(false);
        nextFlushFails = false;
        bad = false;
        stores.values().forEach(SimStore::repair);
    }

    /// A process opens the disk. One that lost a block is replaced where the chains can bear it,
    /// else somebody gets the block back.
    void open() {
        failed = false;
        try {
            for (ChainId chain : world.shape.chainIds()) {
                store(chain).open();
            }
        } catch (SimStore.Damaged damaged) {
            found(damaged);
        }
        if (bad && node.dispensable()) {
            replace();
        } else if (bad) {
            stores.values().forEach(SimStore::repair);
            bad = false;
            open();
        }
    }

    private void found(SimStore.Damaged damaged) {
        world.counts.add("damage found");
        world.log(() -> node.id + ": " + damaged.getMessage());
        bad = true;
    }

    // --- what processes ask

    void write(SimReplica by, Effect.DiskWrite write) {
        queue.add(new Queued(by, write));
        if (underWay.isEmpty() && !failed) {
            flush();
        }
    }

    private void flush() {
        underWay = queue;
        queue = new ArrayList<>();
        long begun = life;
        long takesNanos =
                world.chance.latencyNanos(world.shape.flushNanos(), FLUSH_WORST_NANOS);
        world.after(Math.min(SLOWEST_NANOS, slowness * takesNanos), () -> {
            if (begun == life) {
                flushed();
            }
        });
    }

    private void flushed() {
        if (nextFlushFails || full && world.chance.oneIn(RESERVE_FLUSHES)) {
            nextFlushFails = false;
            world.counts.add(full ? "flush failed: no room" : "flush failed");
            fail("flush failed");
            return;
        }
        List<Queued> done = underWay;
        underWay = List.of();
        if (!queue.isEmpty()) {
            flush();
        }
        for (int i = 0; i < done.size(); i++) {
            Queued queued = done.get(i);
            try {
                var answer = store(queued.by().chain).write(queued.write());
                queued.by().later(0, answer);
            } catch (SimStore.Damaged damaged) {
                // What the group did not come to is as lost as what was asked for after it.
                List<Queued> rest = new ArrayList<>(done.subList(i, done.size()));
                rest.addAll(underWay);
                underWay = rest;
                found(damaged);
                fail(damaged.getMessage());
                return;
            }
        }
    }

    void read(SimReplica by, Effect.DiskRead read) {
        long begun = life;
        world.after(latency(), () -> {
            if (begun == life) {
                try {
                    by.later(latency(), store(by.chain).read(read));
                } catch (SimStore.Damaged damaged) {
                    found(damaged);
                    fail(damaged.getMessage());
                }
            }
        });
    }

    private long latency() {
        return Math.min(SLOWEST_NANOS,
                slowness * world.chance.latencyNanos(READ_NANOS, READ_WORST_NANOS));
    }

    /// Nothing is read or written any more; what was asked for may be on the platter or not.
    void fail(String reason) {
        if (!failed) {
            failed = true;
            life++;
            if (world.seams.tellsFailure()) {
                node.diskFailed(reason);
            } else {
                List<Queued> lost = takeLost();
                lost.forEach(one -> presumed(one.write()).ifPresent(
                        answer -> one.by().later(0, answer)));
                node.diskFailedUntold();
            }
        }
    }

    /// What a process that overlooks the failure takes for the answer.
    private static Optional<Input> presumed(Effect.DiskWrite write) {
        return write instanceof Effect.Append append
                ? Optional.of(new Input.Flushed(append.update().seq()))
                : Optional.empty();
    }

    private List<Queued> takeLost() {
        List<Queued> lost = new ArrayList<>(underWay);
        lost.addAll(queue);
        underWay = List.of();
        queue = new ArrayList<>();
        return lost;
    }

    /// Power goes: of what was not durable, each chain keeps some of the oldest.
    void crash() {
        life++;
        List<Queued> lost = takeLost();
        TreeMap<ChainId, Long> surviving = new TreeMap<>();
        for (Queued queued : lost) {
            ChainId chain = queued.by().chain;
            long left = surviving.computeIfAbsent(chain,
                    _ -> world.chance.percent(50) ? 0 : world.chance.below(lost.size() + 1L));
            if (left > 0) {
                survives(queued);
            } else if (left == 0 && queued.write() instanceof Effect.Append append
                    && world.chance.percent(30)) {
                world.counts.add("torn write");
                store(chain).tear(append.update());
            }
            surviving.put(chain, left - 1);
        }
    }

    private void survives(Queued queued) {
        try {
            store(queued.by().chain).write(queued.write());
        } catch (SimStore.Damaged damaged) {
            found(damaged);
        }
    }
}
