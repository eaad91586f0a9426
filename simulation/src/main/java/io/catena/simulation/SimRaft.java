package io.catena.simulation;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Result;
import io.catena.protocol.chain.ChainConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What Raft gives the masters, and no more: commands are agreed on in one order; only the leader
/// of the newest term gets one in, and only while it reaches a majority. What a deposed leader had
/// under way is in the log before the next leader leads, or nowhere; the deposed leader does not
/// learn which.
final class SimRaft {
    private static final class Flight {
        final SimLeader by;
        final Command command;
        final Consumer<Optional<Result>> ended;
        boolean over;

        Flight(SimLeader by, Command command, Consumer<Optional<Result>> ended) {
            this.by = by;
            this.command = command;
            this.ended = ended;
        }
    }

    private static final long DELAY_NANOS = 1_000_000L;
    private static final long DELAY_WORST_NANOS = 60_000_000L;

    private final World world;
    private final List<Flight> flights = new ArrayList<>();
    private ClusterState agreed = ClusterState.EMPTY;
    private long term;

    SimRaft(World world) {
        this.world = world;
    }

    /// The state that the newest agreed command led to.
    ClusterState agreed() {
        return agreed;
    }

    /// Nothing is on its way into the log.
    boolean isIdle() {
        return flights.isEmpty();
    }

    /// Agrees on what the first leader finds.
    Result found(Command command) {
        ClusterState.Applied applied = agreed.apply(command);
        agreed = applied.state();
        return applied.result();
    }

    /// @param ended gets the result; empty: it is not known what became of the command
    void submit(SimLeader by, Command command, Consumer<Optional<Result>> ended) {
        Flight flight = new Flight(by, command, ended);
        flights.add(flight);
        replicate(flight);
    }

    private void replicate(Flight flight) {
        world.after(delayNanos(), () -> {
            if (flight.over) {
                return;
            }
            if (flight.by.term() < term) {
                world.counts.add("command: of a deposed leader");
                drop(flight);
            } else if (flight.by.voter().reachesMajority()) {
                commit(flight);
            } else {
                replicate(flight);
            }
        });
    }

    private long delayNanos() {
        return world.chance.latencyNanos(DELAY_NANOS, DELAY_WORST_NANOS);
    }

    private void commit(Flight flight) {
        flight.over = true;
        flights.remove(flight);
        ClusterState before = agreed;
        ClusterState.Applied applied = before.apply(flight.command);
        agreed = applied.state();
        world.trace.fold(agreed.version());
        world.log(() -> "masters agree: " + flight.command + " -> " + applied.result());
        count(before, flight.command, applied.result());
        ClusterState after = agreed;
        world.after(delayNanos(), () -> flight.by.run(() -> {
            flight.by.onState(after);
            flight.ended.accept(Optional.of(applied.result()));
        }));
    }

    private void drop(Flight flight) {
        flight.over = true;
        flights.remove(flight);
        world.after(delayNanos(), () -> flight.by.run(
                () -> flight.ended.accept(Optional.empty())));
    }

    /// `voter` is elected by everybody whom it reaches. Nobody tells the leader before it.
    void elect(SimVoter voter) {
        for (Flight flight : List.copyOf(flights)) {
            if (world.chance.percent(50)) {
                commit(flight);
            } else {
                world.counts.add("command: lost with its leader");
                drop(flight);
            }
        }
        term++;
        world.counts.add("leader elected");
        world.log(() -> voter + " is elected for term " + term);
        world.masters.voters().stream().filter(SimVoter::reachable)
                .forEach(other -> other.promise(term));
        voter.lead(new SimLeader(world, voter, term, agreed));
    }

    private void count(ClusterState before, Command command, Result result) {
        if (result instanceof Result.Refused) {
            world.counts.add("command: refused");
        } else if (command instanceof Command.ChangeChain(ChainConfiguration next)) {
            ChainConfiguration former = before.chains().get(next.chain()).value();
            world.counts.add(kind(former, next));
            if (next.joining().isPresent()
                    && former.members().size() >= world.shape.replication()) {
                world.counts.add("configuration: append to move");
            }
        }
    }

    private static String kind(ChainConfiguration before, ChainConfiguration next) {
        if (next.joining().isPresent()) {
            return "configuration: append";
        } else if (next.members().equals(before.path())) {
            return "configuration: promote";
        }
        return before.members().containsAll(next.members())
                ? "configuration: remove" : "configuration: restart";
    }
}
