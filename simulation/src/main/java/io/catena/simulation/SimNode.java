package io.catena.simulation;

import io.catena.chain.replica.Input;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.Envelope;
import java.util.ArrayDeque;
import java.util.TreeMap;

/// A server: one process after another on the same disk, each with a replica of every chain. While
/// it is paused its inputs wait and its clock goes on.
final class SimNode {
    private static final long TICK_NANOS = 10_000_000L;

    final NodeId id;
    final World world;
    final SimClock clock;
    final SimDisk disk;
    private final TreeMap<ChainId, SimReplica> replicas = new TreeMap<>();
    private final TreeMap<ChainId, Planner.Joined> reports = new TreeMap<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private Incarnation incarnation = new Incarnation(0);
    private boolean up;
    private boolean paused;
    /// The lease was given back: no more is asked for.
    private boolean leaving;
    /// Counts processes and pauses: what belongs to a former one ends.
    private long life;

    SimNode(World world, NodeId id) {
        this.world = world;
        this.id = id;
        this.clock = SimClock.any(world.chance);
        this.disk = new SimDisk(world);
    }

    boolean up() {
        return up;
    }

    boolean paused() {
        return paused;
    }

    Member seat() {
        return new Member(id, incarnation);
    }

    long nowNanos() {
        return clock.read(world.nowNanos());
    }

    SimReplica replica(ChainId chain) {
        return replicas.get(chain);
    }

    void start() {
        up = true;
        leaving = false;
        life++;
        incarnation = new Incarnation(
                world.seams.nextIncarnation(this, incarnation.value()));
        world.log(() -> seat() + " starts");
        for (ChainId chain : world.shape.chainIds()) {
            replicas.put(chain, new SimReplica(this, chain));
        }
        world.network.crashed(id);
        tick(life);
        heartbeat(life);
    }

    void crash() {
        if (!up) {
            return;
        }
        world.log(() -> seat() + " crashes");
        up = false;
        paused = false;
        life++;
        waiting.clear();
        replicas.values().forEach(SimReplica::end);
        replicas.clear();
        reports.clear();
        disk.crash();
        world.network.crashed(id);
    }

    void pause(long nanos) {
        if (!up || paused) {
            return;
        }
        world.log(() -> seat() + " pauses for " + nanos / 1_000 + " us");
        paused = true;
        long lived = life;
        world.after(nanos, () -> {
            if (lived == life) {
                resume();
            }
        });
    }

    void resume() {
        paused = false;
        while (!waiting.isEmpty() && up && !paused) {
            waiting.poll().run();
        }
    }

    /// Gives the lease back and ends soon after: a graceful stop.
    void leave() {
        if (!up || paused) {
            return;
        }
        world.log(() -> seat() + " leaves");
        leaving = true;
        replicas.values().forEach(r -> r.deliver(new Input.Leased(nowNanos() - 1)));
        Member gone = seat();
        world.master.tell(id, () -> world.master.givenBack(gone));
        long ends = life;
        world.after(world.chance.below(50_000_000L), () -> {
            if (ends == life) {
                crash();
            }
        });
    }

    /// The disk fails: replicas are told, and the process ends soon after.
    void diskFails() {
        if (!up || paused) {
            return;
        }
        world.log(() -> seat() + ": disk fails");
        replicas.values().forEach(r -> r.deliver(new Input.DiskFailed("flush failed")));
        long ends = life;
        world.after(world.chance.below(50_000_000L), () -> {
            if (ends == life) {
                crash();
            }
        });
    }

    /// Does `act` now or, when paused, after the pause, unless this process ends before.
    void run(Runnable act) {
        if (!up) {
            return;
        }
        if (paused) {
            waiting.add(act);
        } else {
            act.run();
        }
    }

    private void every(long nanos, long belongsTo, Runnable act) {
        world.after(nanos, () -> {
            if (belongsTo == life && up) {
                run(act);
            }
        });
    }

    private void tick(long belongsTo) {
        replicas.values().forEach(replica -> replica.deliver(new Input.Tick()));
        every(TICK_NANOS, belongsTo, () -> tick(belongsTo));
    }

    private void heartbeat(long belongsTo) {
        if (!leaving) {
            long sentNanos = nowNanos();
            var heartbeat = new SimMaster.Heartbeat(
                    seat(), sentNanos, wholeChains(), new TreeMap<>(reports));
            world.master.tell(id, () -> world.master.heartbeat(heartbeat));
        }
        every(world.shape.leaseNanos() / 4, belongsTo, () -> heartbeat(belongsTo));
    }

    /// Chains that this process found whole on its disk.
    private TreeMap<ChainId, Boolean> wholeChains() {
        TreeMap<ChainId, Boolean> whole = new TreeMap<>();
        replicas.forEach((chain, replica) -> whole.put(chain, replica.recoveredWhole()));
        return whole;
    }

    void report(ChainId chain, Epoch epoch, Member joining) {
        reports.put(chain, new Planner.Joined(epoch, joining));
    }

    void leased(Member to, long untilNanos) {
        if (to.equals(seat()) && !leaving) {
            run(() -> replicas.values().forEach(r -> r.deliver(new Input.Leased(untilNanos))));
        }
    }

    void configured(ChainConfiguration configuration) {
        run(() -> replicas.get(configuration.chain())
                .deliver(new Input.Configured(configuration)));
    }

    void receive(Envelope envelope) {
        run(() -> replicas.get(envelope.chain()).deliver(new Input.Received(envelope)));
    }

    void linkUp(Member peer) {
        run(() -> replicas.values().forEach(r -> r.deliver(new Input.LinkUp(peer))));
    }
}
