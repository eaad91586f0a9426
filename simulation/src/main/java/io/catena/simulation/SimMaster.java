package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The configuration maker, as docs/protocol.md has it: grants leases, counts them with a margin on
/// its own clock, makes each next configuration as its [Planner] says, and tells the nodes. An
/// outage ends with a new leader, which knows the configurations and waits out a lease before it
/// removes anyone.
final class SimMaster {
    /// @param sentNanos on the node's clock
    /// @param whole for each chain whether the process found it whole on its disk
    /// @param joined what query tails on the node report
    record Heartbeat(
            Member from, long sentNanos, TreeMap<ChainId, Boolean> whole,
            TreeMap<ChainId, Planner.Joined> joined) {}

    private static final long DELAY_NANOS = 500_000L;
    private static final long DELAY_WORST_NANOS = 40_000_000L;
    private static final int MARGIN_PERCENT = 10;

    private final World world;
    private final SimClock clock;
    private final Planner planner;
    private final TreeMap<ChainId, ChainConfiguration> configurations = new TreeMap<>();
    private final TreeMap<NodeId, Heartbeat> latest = new TreeMap<>();
    /// Until when each seat's lease runs at most, on this clock; of this leader's grants.
    private final TreeMap<Member, Long> leases = new TreeMap<>();
    private final TreeSet<Member> givenBack = new TreeSet<>();
    private final TreeMap<ChainId, Planner.Joined> joined = new TreeMap<>();
    private final TreeSet<NodeId> unreachable = new TreeSet<>();
    private boolean leading = true;
    private long removesFromNanos;

    SimMaster(World world) {
        this.world = world;
        this.clock = SimClock.any(world.chance);
        this.planner = world.seams.planner();
    }

    void start() {
        List<Member> all = world.nodes.values().stream().map(SimNode::seat).toList();
        for (ChainId chain : world.shape.chainIds()) {
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < world.shape.replication(); i++) {
                members.add(all.get((chain.value() + i) % all.size()));
            }
            install(new ChainConfiguration(chain, new Epoch(1), members, Optional.empty()));
        }
        removesFromNanos = now() + leaseNanos();
        plan();
    }

    private long now() {
        return clock.read(world.nowNanos());
    }

    private long leaseNanos() {
        return world.shape.leaseNanos() * (100 + MARGIN_PERCENT) / 100;
    }

    ChainConfiguration configuration(ChainId chain) {
        return configurations.get(chain);
    }

    boolean leading() {
        return leading;
    }

    /// A node says something; it may be lost on the way.
    void tell(NodeId from, Runnable act) {
        world.after(delay(), () -> {
            if (leading && !unreachable.contains(from)) {
                act.run();
            }
        });
    }

    private void toNode(NodeId to, Runnable act) {
        world.after(delay(), () -> {
            if (!unreachable.contains(to)) {
                act.run();
            }
        });
    }

    private long delay() {
        return world.chance.latencyNanos(DELAY_NANOS, DELAY_WORST_NANOS);
    }

    void heartbeat(Heartbeat heartbeat) {
        Member from = heartbeat.from();
        Heartbeat before = latest.get(from.node());
        boolean older = before != null
                && before.from().incarnation().compareTo(from.incarnation()) > 0;
        if (older || givenBack.contains(from)) {
            return;
        }
        latest.put(from.node(), heartbeat);
        leases.put(from, Math.max(now() + leaseNanos(), leases.getOrDefault(from, now())));
        heartbeat.joined().forEach(this::reported);
        SimNode node = world.nodes.get(from.node());
        toNode(from.node(), () -> node.leased(
                from, heartbeat.sentNanos() + world.shape.leaseNanos()));
        configurations.values().forEach(c -> toNode(from.node(), () -> node.configured(c)));
    }

    private void reported(ChainId chain, Planner.Joined report) {
        Planner.Joined former = joined.get(chain);
        if (former == null || former.epoch().compareTo(report.epoch()) <= 0) {
            joined.put(chain, report);
        }
    }

    void givenBack(Member seat) {
        givenBack.add(seat);
        leases.remove(seat);
    }

    /// The leader is gone; nobody leads until [#lead].
    void stop() {
        leading = false;
        leases.clear();
        latest.clear();
        joined.clear();
    }

    void lead() {
        if (!leading) {
            leading = true;
            removesFromNanos = now() + leaseNanos();
        }
    }

    void cutOff(NodeId node) {
        unreachable.add(node);
    }

    void mend(NodeId node) {
        unreachable.remove(node);
    }

    void mendAll() {
        unreachable.clear();
    }

    private void plan() {
        if (leading) {
            for (ChainConfiguration current : List.copyOf(configurations.values())) {
                planner.next(current, view(current)).ifPresent(this::install);
            }
        }
        world.after(world.chance.between(5_000_000L, 40_000_000L), this::plan);
    }

    private void install(ChainConfiguration next) {
        world.log(() -> "master: " + next);
        world.counts.add(kind(next));
        configurations.put(next.chain(), next);
        for (SimNode node : world.nodes.values()) {
            if (!world.chance.oneIn(5)) {
                toNode(node.id, () -> node.configured(next));
            }
        }
    }

    private String kind(ChainConfiguration next) {
        ChainConfiguration before = configurations.get(next.chain());
        if (before == null) {
            return "configuration: first";
        } else if (next.joining().isPresent()) {
            return "configuration: append";
        } else if (next.members().equals(before.path())) {
            return "configuration: promote";
        }
        return before.members().containsAll(next.members())
                ? "configuration: remove" : "configuration: restart";
    }

    private Planner.View view(ChainConfiguration current) {
        List<Member> live = latest.values().stream().map(Heartbeat::from)
                .filter(m -> leases.getOrDefault(m, Long.MIN_VALUE) > now()).toList();
        List<Member> dead = current.path().stream()
                .filter(seat -> world.seams.dead(seat, isDead(seat))).toList();
        List<Member> candidates = new ArrayList<>(live);
        while (!candidates.isEmpty() && world.chance.percent(40)) {
            candidates.add(candidates.remove(0));
        }
        return new Planner.View(live, dead, Optional.ofNullable(joined.get(current.chain())),
                candidates, returned(current), world.shape.replication());
    }

    /// A later life of its node is proof; else its lease is over, or was given back.
    private boolean isDead(Member seat) {
        Heartbeat heard = latest.get(seat.node());
        boolean reborn = heard != null
                && heard.from().incarnation().compareTo(seat.incarnation()) > 0;
        Long lease = leases.get(seat);
        boolean over = now() > removesFromNanos && (lease == null || lease < now());
        return reborn || givenBack.contains(seat) || over;
    }

    private List<Member> returned(ChainConfiguration current) {
        List<Member> returned = new ArrayList<>();
        for (Member seat : current.members()) {
            Heartbeat heard = latest.get(seat.node());
            if (heard != null && heard.whole().getOrDefault(current.chain(), false)
                    && heard.from().incarnation().compareTo(seat.incarnation()) > 0) {
                returned.add(heard.from());
            }
        }
        return returned;
    }
}
