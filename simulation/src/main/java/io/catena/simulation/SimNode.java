package io.catena.simulation;

import io.catena.chain.replica.Input;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.master.cluster.Command;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.message.Envelope;
import io.catena.protocol.message.MasterMessage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A server: one process after another on the same disk, each with a replica of every chain. While
/// it is paused its inputs wait and its clock goes on.
final class SimNode {
    private static final long TICK_NANOS = 10_000_000L;

    final NodeId id;
    final World world;
    final SimClock clock;
    final SimDisk disk;
    private final TreeMap<ChainId, SimReplica> replicas = new TreeMap<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private Incarnation incarnation = new Incarnation(0);
    private Optional<SimSession> session = Optional.empty();
    private long tokens;
    private long downSinceNanos;
    private boolean running;
    /// Registered: it has a seat, and replicas.
    private boolean up;
    private boolean paused;
    /// Counts processes and pauses: what belongs to a former one ends.
    private long life;

    SimNode(World world, NodeId id) {
        this.world = world;
        this.id = id;
        this.clock = SimClock.any(world.chance);
        this.disk = new SimDisk(world, this);
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

    boolean running() {
        return running;
    }

    /// What the present process asks of the masters first.
    Command.RegisterNode registration() {
        MasterMessage.Register r = register();
        return new Command.RegisterNode(
                id, r.host(), r.port(), r.diskIdentity(), r.processToken(), r.partialChains());
    }

    private MasterMessage.Register register() {
        List<ChainId> partial = world.shape.chainIds().stream()
                .filter(chain -> !disk.store(chain).whole()).toList();
        return new MasterMessage.Register(id, "host", 1, disk.identity(),
                world.seams.processToken(this, tokens), partial);
    }

    /// A process starts, and asks for a seat.
    void start() {
        disk.open();
        running = true;
        life++;
        world.log(() -> id + " starts");
        session = Optional.of(new SimSession(this, register()));
        session.get().start();
    }

    /// The process has a seat from now on.
    void registered(Member member) {
        if (up) {
            return;
        }
        up = true;
        incarnation = member.incarnation();
        disk.serves(member);
        world.log(() -> seat() + " is registered");
        for (ChainId chain : world.shape.chainIds()) {
            replicas.put(chain, new SimReplica(this, chain));
        }
        room(!disk.full());
        world.network.crashed(id);
        tick(life);
    }

    void crash() {
        if (!running) {
            return;
        }
        world.log(() -> seat() + " crashes");
        running = false;
        up = false;
        downSinceNanos = world.nowNanos();
        tokens++;
        session.ifPresent(SimSession::end);
        session = Optional.empty();
        paused = false;
        life++;
        waiting.clear();
        replicas.values().forEach(SimReplica::end);
        replicas.clear();
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
        while (!waiting.isEmpty() && running && !paused) {
            waiting.poll().run();
        }
    }

    /// Gives the lease back and ends soon after: a graceful stop.
    void leave() {
        if (!up || paused) {
            return;
        }
        world.log(() -> seat() + " leaves");
        replicas.values().forEach(r -> r.deliver(new Input.Leased(nowNanos() - 1)));
        session.ifPresent(SimSession::giveBack);
        endsSoon();
    }

    /// The disk failed: replicas are told, and the process ends soon after.
    void diskFailed(String reason) {
        world.log(() -> seat() + ": " + reason);
        replicas.values().forEach(r -> r.deliver(new Input.DiskFailed(reason)));
        endsSoon();
    }

    /// The disk failed, and nobody is told.
    void diskFailedUntold() {
        endsSoon();
    }

    /// Whether the chains have everything without this node's disk, and will: every master takes it
    /// for dead, none is about to go on with it alone, and in each chain where it has a seat
    /// another member has the disk of its own.
    boolean dispensable() {
        return isLongDown() && world.masters.raft().isIdle()
                && world.shape.chainIds().stream().map(world.masters::configuration)
                .filter(c -> c.members().stream().anyMatch(m -> m.node().equals(id)))
                .allMatch(c -> c.members().stream().anyMatch(this::holdsElsewhere));
    }

    /// For so long that no leader can think it alive.
    boolean isLongDown() {
        return !running && world.nowNanos() - downSinceNanos > 3 * world.shape.leaseNanos();
    }

    private boolean holdsElsewhere(Member member) {
        SimNode other = world.nodes.get(member.node());
        return other != this && !other.disk.bad() && other.disk.hasServedSince(member);
    }

    private void endsSoon() {
        long ends = life;
        world.after(world.chance.below(50_000_000L), () -> {
            if (ends == life) {
                crash();
            }
        });
    }

    /// Does `act` now or, when paused, after the pause, unless this process ends before.
    void run(Runnable act) {
        if (!running) {
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

    void report(ChainId chain, Epoch epoch, Member joining) {
        session.ifPresent(s -> s.report(chain, epoch, joining));
    }

    void leased(long untilNanos) {
        replicas.values().forEach(r -> r.deliver(new Input.Leased(untilNanos)));
    }

    /// The masters ask that these seats serve nothing more.
    void standDown(List<MasterMessage.ChainEpoch> seats) {
        seats.forEach(seat -> {
            world.counts.add("asked to stand down");
            replica(seat.chain(), r -> r.deliver(new Input.StandDown(seat.epoch())));
        });
    }

    /// Whether the disk has room for what clients put.
    void room(boolean room) {
        replicas.values().forEach(r -> r.deliver(new Input.Room(room)));
    }

    /// What the replicas show.
    TreeMap<ChainId, ReplicaStatus> statuses() {
        TreeMap<ChainId, ReplicaStatus> statuses = new TreeMap<>();
        replicas.forEach((chain, replica) -> statuses.put(chain, replica.status()));
        return statuses;
    }

    void configured(ChainConfiguration configuration) {
        replicas.get(configuration.chain()).deliver(new Input.Configured(configuration));
    }

    /// A master tells what is new.
    void pushed(ClusterUpdate update) {
        run(() -> session.ifPresent(s -> s.onUpdate(update)));
    }

    void receive(Envelope envelope) {
        run(() -> replica(envelope.chain(), r -> r.deliver(new Input.Received(envelope))));
    }

    /// Does `act` with the replica, if the process has one yet.
    void replica(ChainId chain, Consumer<SimReplica> act) {
        SimReplica replica = replicas.get(chain);
        if (replica != null) {
            act.accept(replica);
        }
    }

    void linkUp(Member peer) {
        run(() -> replicas.values().forEach(r -> r.deliver(new Input.LinkUp(peer))));
    }
}
