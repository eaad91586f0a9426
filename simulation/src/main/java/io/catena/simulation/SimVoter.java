package io.catena.simulation;

import java.util.ArrayDeque;
import java.util.Optional;

/// One master process: has a clock, may be elected, and takes itself for the leader until it learns
/// better, which can be long after another one was elected.
final class SimVoter {
    private static final long LOOK_NANOS_MAX = 60_000_000L;

    final int id;
    final SimClock clock;
    private final World world;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private Optional<SimLeader> leader = Optional.empty();
    /// It follows no leader of an older term.
    private long promised;
    private long heardNanos;
    private boolean up = true;
    private boolean paused;
    /// Other voters and this one do not hear each other; nodes reach it.
    private boolean cut;
    /// Counts pauses, cuts and crashes: what ends a former one is void.
    private long life;

    SimVoter(World world, int id) {
        this.world = world;
        this.id = id;
        this.clock = SimClock.any(world.chance);
    }

    void start() {
        look();
    }

    long now() {
        return clock.read(world.nowNanos());
    }

    Optional<SimLeader> leader() {
        return leader;
    }

    /// Whether other voters can talk with it.
    boolean reachable() {
        return up && !cut && !paused;
    }

    boolean reachesMajority() {
        long reachable = world.masters.voters().stream().filter(SimVoter::reachable).count();
        return reachable() && 2 * reachable > world.masters.voters().size();
    }

    void promise(long term) {
        promised = Math.max(promised, term);
        heardNanos = world.nowNanos();
    }

    void lead(SimLeader elected) {
        leader = Optional.of(elected);
        elected.start();
    }

    void stepDown(SimLeader deposed) {
        if (leader.filter(deposed::equals).isPresent()) {
            world.log(() -> this + " leads no more");
            leader = Optional.empty();
        }
    }

    /// Whoever hears of no leader for a while stands for election.
    private void look() {
        world.after(world.chance.between(5_000_000L, LOOK_NANOS_MAX), () -> {
            long patienceNanos = world.shape.leaseNanos() / 2
                    + world.chance.below(world.shape.leaseNanos());
            if (leader.isEmpty() && reachesMajority()
                    && world.nowNanos() - heardNanos > patienceNanos) {
                world.masters.raft().elect(this);
            }
            look();
        });
    }

    /// The leader of `term` asks whether it is still followed.
    ///
    /// @return whether it is
    boolean follows(long term) {
        if (term < promised) {
            return false;
        }
        promise(term);
        leader.filter(own -> own.term() < term).ifPresent(this::stepDown);
        return true;
    }

    /// Does `act` now or, when paused, after the pause.
    void run(Runnable act) {
        if (up && paused) {
            waiting.add(act);
        } else if (up) {
            act.run();
        }
    }

    void pause(long nanos) {
        if (up && !paused) {
            paused = true;
            long begun = ++life;
            world.after(nanos, () -> {
                if (begun == life) {
                    mend();
                }
            });
        }
    }

    void cutOff(long nanos) {
        cut = true;
        long begun = ++life;
        world.after(nanos, () -> {
            if (begun == life) {
                mend();
            }
        });
    }

    void crash(long nanos) {
        up = false;
        paused = false;
        waiting.clear();
        leader = Optional.empty();
        long begun = ++life;
        world.after(nanos, () -> {
            if (begun == life) {
                mend();
            }
        });
    }

    /// Runs, and reaches everybody, from now on.
    void mend() {
        life++;
        up = true;
        cut = false;
        paused = false;
        heardNanos = world.nowNanos();
        while (!waiting.isEmpty() && !paused) {
            waiting.poll().run();
        }
    }

    @Override
    public String toString() {
        return "master" + id;
    }
}
