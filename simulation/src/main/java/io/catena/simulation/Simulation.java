package io.catena.simulation;

import io.catena.chain.replica.ReplicaStatus;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.invariant.InvariantViolation;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// One run: a cluster and its clients under faults, then everything heals and the cluster must
/// become whole again, answer, and hold the same everywhere.
final class Simulation {
    /// How long after the last fault every chain must have all its members serving.
    static final long WHOLE_WITHIN_NANOS = 10_000_000_000L;
    /// How long after the last request every replica must have applied everything.
    static final long QUIET_WITHIN_NANOS = ClientCall.NANOS_MAX + 2_000_000_000L;
    /// How long after a link between two neighbours was cut, and nothing else, its chain must take
    /// writes again.
    static final long PAST_CUT_WITHIN_NANOS = 20_000_000_000L;
    private static final int CUTS_LINK_PERCENT = 25;
    private static final long LOOK_EVERY_NANOS = 20_000_000L;
    private static final int SETTLING_LEASES = 3;
    private static final long AFTER_NANOS = 400_000_000L;

    /// @param hash of everything that happened
    /// @param undecided keys whose history was too long to search
    /// @param kinds of faults that took place
    /// @param faults that took place, by number
    /// @param requests of clients that took place
    record Outcome(
            long seed, long hash, long events, long simulatedNanos, long operations, long undecided,
            Counts counts, Shape shape, List<String> kinds, List<Integer> faults,
            List<Long> requests, Optional<RuntimeException> violation) {}

    private final long seed;
    private final World world;
    private final Faults faults;
    private long undecided;

    private Simulation(
            long seed, Seams seams, Optional<PrintStream> print, Scenario scenario) {
        this.seed = seed;
        this.world = new World(seed, new Trace(print), seams, scenario);
        this.faults = new Faults(world);
    }

    static Outcome run(long seed, Seams seams, Optional<PrintStream> print) {
        return run(seed, seams, print, Scenario.WHOLE);
    }

    static Outcome run(
            long seed, Seams seams, Optional<PrintStream> print, Scenario scenario) {
        Simulation simulation = new Simulation(seed, seams, print, scenario);
        try {
            simulation.play();
            return simulation.outcome(Optional.empty());
        } catch (Violation | InvariantViolation found) {
            return simulation.outcome(Optional.of(found));
        }
    }

    private Outcome outcome(Optional<RuntimeException> violation) {
        return new Outcome(seed, world.trace.hash(), world.events(), world.nowNanos(),
                world.checks.history().size(), undecided, world.counts, world.shape,
                faults.kinds(), faults.numbers(), requests(), violation);
    }

    private List<Long> requests() {
        return world.clients.stream().flatMap(client -> client.asked().stream()).toList();
    }

    private void play() {
        world.log(() -> world.shape.toString());
        world.start();
        faults.start();
        world.runUntil(world.shape.faultsNanos());
        faults.heal();
        // Whom the masters did not hear before may still be removed.
        world.runUntil(world.nowNanos() + SETTLING_LEASES * world.shape.leaseNanos());
        await("chains whole", WHOLE_WITHIN_NANOS, this::whole);
        if (world.chance.percent(CUTS_LINK_PERCENT)) {
            goesOnPastACutLink();
        }
        answers();
        world.clients.forEach(SimClient::stop);
        await("quiet", QUIET_WITHIN_NANOS, this::quiet);
        everywhereTheSame();
        linearizable();
    }

    private void await(String what, long withinNanos, BooleanSupplier holds) {
        long untilNanos = world.nowNanos() + withinNanos;
        while (!holds.getAsBoolean()) {
            if (world.nowNanos() > untilNanos) {
                throw new Violation("not " + what + " within " + withinNanos / 1_000_000
                        + " ms: " + statuses());
            }
            world.runUntil(world.nowNanos() + LOOK_EVERY_NANOS);
        }
    }

    private String statuses() {
        StringBuilder text = new StringBuilder();
        for (ChainId chain : world.shape.chainIds()) {
            text.append(world.masters.configuration(chain)).append('\n');
            for (SimNode node : world.nodes.values()) {
                text.append("  ").append(node.up() ? node.replica(chain) + ": "
                        + node.replica(chain).status() : node.id + " is down").append('\n');
            }
        }
        return text.toString();
    }

    private List<SimReplica> members(ChainId chain) {
        List<SimReplica> members = new ArrayList<>();
        for (Member member : world.masters.configuration(chain).members()) {
            SimNode node = world.nodes.get(member.node());
            if (node.up() && node.seat().equals(member)) {
                members.add(node.replica(chain));
            }
        }
        return members;
    }

    private boolean whole() {
        return world.shape.chainIds().stream().allMatch(chain -> {
            ChainConfiguration configuration = world.masters.configuration(chain);
            List<SimReplica> members = members(chain);
            return members.size() == world.shape.replication()
                    && members.stream().allMatch(replica -> serves(replica, configuration));
        });
    }

    private static boolean serves(SimReplica replica, ChainConfiguration configuration) {
        ReplicaStatus status = replica.status();
        return status.configuration().equals(Optional.of(configuration)) && status.serving()
                && status.confirmed() && status.leaseUntilNanos() > replica.node.nowNanos();
    }

    /// One link of a chain that clients write to is cut while the masters hear everybody: one of
    /// its two ends must leave the chain. The leader is a new one, which sent nobody away yet.
    private void goesOnPastACutLink() {
        ChainId chain = world.shape.chainOf(world.shape.key(0));
        List<Member> members = world.masters.configuration(chain).members();
        int first = world.chance.below(members.size() - 1);
        NodeId one = members.get(first).node();
        NodeId other = members.get(first + 1).node();
        world.log(() -> "the link between " + one + " and " + other + " is cut");
        world.counts.add("link cut for good");
        world.masters.raft().elect(world.chance.pick(world.masters.voters()));
        world.network.cut(one, other);
        world.network.cut(other, one);
        long appendedSeq = members(chain).stream()
                .mapToLong(replica -> replica.status().endSeq()).max().orElseThrow();
        await("writing past a cut link", PAST_CUT_WITHIN_NANOS,
                () -> world.checks.truth(chain).committedSeq() > appendedSeq);
        world.network.mendAll();
        await("chains whole again", WHOLE_WITHIN_NANOS, this::whole);
    }

    /// Clients get on, and every member answers reads itself.
    private void answers() {
        long before = world.clients.stream().mapToLong(SimClient::succeeded).sum();
        for (ChainId chain : world.shape.chainIds()) {
            for (SimReplica replica : members(chain)) {
                answers(chain, replica);
            }
        }
        await("a client getting on", QUIET_WITHIN_NANOS, () -> before
                < world.clients.stream().mapToLong(SimClient::succeeded).sum());
        world.runUntil(world.nowNanos() + AFTER_NANOS);
    }

    /// Unless it is moved elsewhere meanwhile.
    private void answers(ChainId chain, SimReplica replica) {
        List<ClientReply> replies = new ArrayList<>();
        await("answered by " + replica, QUIET_WITHIN_NANOS, () -> {
            boolean answered = !replies.isEmpty() && isAnswer(replies.getLast())
                    || !members(chain).contains(replica);
            if (!answered) {
                ask(chain, replica, replies);
            }
            return answered;
        });
    }

    private void ask(ChainId chain, SimReplica replica, List<ClientReply> replies) {
        ClientMessage get = new ClientMessage.Get(chain,
                world.masters.configuration(chain).epoch(), world.shape.key(0), ReadLevel.STRONG);
        replica.ask(world.nextTicket(), get, answer -> replies.add(answer.reply()));
    }

    private static boolean isAnswer(ClientReply reply) {
        return reply instanceof ClientReply.Found || reply instanceof ClientReply.Missing;
    }

    private boolean quiet() {
        return world.clients.stream().allMatch(SimClient::idle)
                && world.shape.chainIds().stream().allMatch(chain -> members(chain).stream()
                        .map(SimReplica::status)
                        .allMatch(s -> s.appliedSeq() == world.checks.truth(chain).committedSeq()
                                && s.endSeq() == s.appliedSeq()));
    }

    private void everywhereTheSame() {
        for (ChainId chain : world.shape.chainIds()) {
            members(chain).forEach(world.checks::index);
        }
    }

    private void linearizable() {
        world.checks.history().byKey().forEach((key, operations) -> {
            switch (Linearizability.of(operations)) {
                case HOLDS -> { }
                case VIOLATED -> throw new Violation(
                        "what clients saw of " + key.toUtf8() + " is not linearizable");
                case UNDECIDED -> undecided++;
            }
        });
    }
}
