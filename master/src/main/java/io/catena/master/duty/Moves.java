package io.catena.master.duty;

import io.catena.master.chains.Balance;
import io.catena.master.chains.Placement;
import io.catena.master.chains.Site;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodePlacing.Duty;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.message.MovesPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Changes that nobody's failure asks for: replicas that move off drained nodes and onto those with
/// few, chains that have one member too many, heads that are unevenly spread. A move is a join, a
/// promotion, and only then the leaving of another member, which stands down first (decision 0105);
/// so nothing is ever copied less often for it. One move begins at a time, and only while every
/// chain has all its members.
final class Moves {
    /// Planned copies that one query tail feeds.
    private static final int FEEDS_MAX = 2;
    private static final int PREVIEW_MAX = 1_000;
    /// What is well is not looked at again for so long while nothing changes.
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

    /// What to do now.
    ///
    /// @param replicas members that a chain should have
    /// @param joins who shall join a chain that is long enough
    /// @param leaving who shall stand down, in a chain that does without
    /// @param abandoned joining replicas that their chains should drop
    record Round(int replicas, SortedMap<ChainId, Member> joins,
            SortedMap<ChainId, Member> leaving, SortedMap<ChainId, Member> abandoned) {}

    /// A member that shall stand down in this epoch.
    private record Leaver(Epoch epoch, Member member) {}

    private final DutySettings settings;
    private final Leases leases;
    private long unsettledNanos;
    private long turnedNanos;
    private boolean begun;
    /// Whose head is to leave and come back as the last.
    private Optional<ChainId> turning = Optional.empty();
    private long idleVersion = -1;
    private long idleNanos;
    private List<Member> idleLive = List.of();
    private String waitsFor = "";
    /// Who was asked, for as long as the chain is in that epoch.
    private final SortedMap<ChainId, Leaver> asked = new TreeMap<>();

    Moves(DutySettings settings, Leases leases) {
        this.settings = settings;
        this.leases = leases;
    }

    /// Members that a chain should have: as many as there are servers to hold them.
    int replicas(ClusterState state) {
        long servers = placed(state).map(record -> record.id().server()).distinct().count();
        return (int) Math.max(1, Math.min(settings.replication(), servers));
    }

    private static Stream<NodeRecord> placed(ClusterState state) {
        return state.nodes().values().stream().map(stamped -> stamped.value().record())
                .filter(record -> keepsSeats(record.placing().duty()));
    }

    private static boolean keepsSeats(Duty duty) {
        return switch (duty) {
            case ACTIVE, CORDONED -> true;
            case DRAINING, REMOVED -> false;
        };
    }

    /// Whether a chain waits for this node when it lost it.
    static boolean keepsSeats(ClusterState state, NodeId node) {
        return state.memberOf(node).isPresent() && keepsSeats(placing(state, node).duty());
    }

    private static NodePlacing placing(ClusterState state, NodeId node) {
        return state.nodes().get(node).value().record().placing();
    }

    /// Where replicas stand and should stand, as far as is known who lives.
    Balance balance(ClusterState state, List<Member> live) {
        return balance(state, live, List.of());
    }

    private Balance balance(ClusterState state, List<Member> live, List<NodeId> drained) {
        return new Balance(sites(state, live, drained), chains(state), replicas(state));
    }

    private static List<Site> sites(
            ClusterState state, List<Member> live, List<NodeId> drained) {
        return placed(state).filter(record -> !drained.contains(record.id()))
                .filter(record -> live.contains(new Member(record.id(), record.incarnation())))
                .map(record -> new Site(record.id(), record.placing().zone(),
                        record.placing().weight(), record.placing().duty() == Duty.ACTIVE))
                .toList();
    }

    /// These nodes, with their zones.
    static List<Site> unweighted(ClusterState state, List<Member> members) {
        return members.stream().map(Member::node)
                .map(node -> new Site(node, placing(state, node).zone(), 0, true)).toList();
    }

    private static List<ChainConfiguration> chains(ClusterState state) {
        return state.chains().values().stream().map(ClusterState.Stamped::value).toList();
    }

    /// Judges anew what moves.
    ///
    /// @param idle no change of any chain is on its way through the log
    Round look(ClusterState state, List<Member> live, boolean idle, long nowNanos) {
        if (!begun) {
            begun = true;
            unsettledNanos = nowNanos;
            turnedNanos = nowNanos;
        }
        Round round = new Round(
                replicas(state), new TreeMap<>(), new TreeMap<>(), abandoned(state));
        waitsFor = unsettled(state, live, round.replicas(), nowNanos);
        if (!waitsFor.isEmpty()) {
            unsettledNanos = nowNanos;
            turning = Optional.empty();
        } else if (!isKnownToBeWell(state, live, nowNanos)) {
            plan(state, live, idle, round, nowNanos);
        }
        asked.entrySet().removeIf(one -> !isIn(state, one.getKey(), one.getValue().epoch()));
        round.leaving().forEach((id, member) -> asked.put(id,
                new Leaver(state.chains().get(id).value().epoch(), member)));
        return round;
    }

    private boolean isKnownToBeWell(ClusterState state, List<Member> live, long nowNanos) {
        return state.version() == idleVersion && live.equals(idleLive)
                && nowNanos - idleNanos < LOOK_AGAIN_NANOS;
    }

    private static boolean isIn(ClusterState state, ChainId id, Epoch epoch) {
        return state.chains().get(id).value().epoch().equals(epoch);
    }

    private void plan(ClusterState state, List<Member> live, boolean idle, Round round,
            long nowNanos) {
        Balance balance = balance(state, live);
        turning = turning.filter(id -> asked.containsKey(id)
                && isIn(state, id, asked.get(id).epoch()));
        turning.ifPresent(id -> round.leaving().put(id, asked.get(id).member()));
        for (ChainConfiguration chain : chains(state)) {
            if (chain.joining().isEmpty() && chain.members().size() > round.replicas()) {
                round.leaving().put(chain.chain(), seat(chain, balance.leaver(chain)));
            }
        }
        if (nowNanos - unsettledNanos < settings.moves().settleNanos()) {
            waitsFor = "all chains are complete, but only since a moment ago";
        } else if (idle) {
            begin(state, live, balance, round, nowNanos);
        }
    }

    private void begin(ClusterState state, List<Member> live, Balance balance, Round round,
            long nowNanos) {
        Copies copies = Copies.of(chains(state));
        if (copies.count() < settings.moves().copiesMax()) {
            balance.next(id -> isFree(state, id, round.replicas(), copies), copies::isIdle)
                    .ifPresent(move -> round.joins().put(move.chain(),
                            state.memberOf(move.joins()).orElseThrow()));
        }
        if (round.joins().isEmpty() && round.leaving().isEmpty() && copies.count() == 0) {
            turn(state, balance, round, nowNanos);
            idleVersion = round.leaving().isEmpty() ? state.version() : -1;
            idleLive = live;
            idleNanos = nowNanos;
        }
    }

    private static boolean isFree(
            ClusterState state, ChainId id, int replicas, Copies copies) {
        ChainConfiguration chain = state.chains().get(id).value();
        return chain.joining().isEmpty() && chain.members().size() == replicas
                && copies.fedBy(chain.queryTail().node()) < FEEDS_MAX;
    }

    private static Member seat(ChainConfiguration chain, NodeId node) {
        return chain.members().stream().filter(member -> member.node().equals(node)).findFirst()
                .orElseThrow();
    }

    /// The head that was asked goes on being asked until it has left.
    private void turn(ClusterState state, Balance balance, Round round, long nowNanos) {
        if (nowNanos - turnedNanos >= settings.moves().turnEveryNanos()) {
            turnedNanos = nowNanos;
            turning = balance.turn(_ -> true).map(Balance.Turn::chain);
            turning.ifPresent(id -> round.leaving().put(
                    id, state.chains().get(id).value().head()));
        }
    }

    /// A node that was to take a seat and has been given another duty since.
    private SortedMap<ChainId, Member> abandoned(ClusterState state) {
        SortedMap<ChainId, Member> abandoned = new TreeMap<>();
        int replicas = replicas(state);
        chains(state).forEach(chain -> chain.joining()
                .filter(joining -> mustNotJoin(state, chain, joining, replicas))
                .ifPresent(joining -> abandoned.put(chain.chain(), joining)));
        return abandoned;
    }

    private static boolean mustNotJoin(
            ClusterState state, ChainConfiguration chain, Member joining, int replicas) {
        return !keepsSeats(state, joining.node())
                || chain.members().size() >= replicas
                && placing(state, joining.node()).duty() != Duty.ACTIVE;
    }

    /// Why nothing may move now; empty: it may.
    private String unsettled(
            ClusterState state, List<Member> live, int replicas, long nowNanos) {
        Optional<NodeId> unheard = state.nodes().keySet().stream()
                .filter(node -> state.memberOf(node).filter(member ->
                        leases.of(member, nowNanos) == Leases.Standing.UNKNOWN).isPresent())
                .findFirst();
        if (unheard.isPresent()) {
            return "it is not known yet whether " + unheard.get() + " lives";
        }
        return chains(state).stream().filter(chain -> chain.members().size() < replicas
                        || !live.containsAll(chain.members())).findFirst()
                .map(chain -> "chain %s has %d of %d members, or not all of them live".formatted(
                        chain.chain(), chain.members().size(), replicas))
                .orElse("");
    }

    /// Whether a member that left did so by plan.
    boolean isLeaving(ChainId chain, Member member) {
        Leaver leaver = asked.get(chain);
        return leaver != null && leaver.member().equals(member);
    }

    /// Further chains, when the cluster has grown and everything is quiet.
    Optional<Command> grown(ClusterState state, List<Member> live, long nowNanos) {
        boolean quiet = begun && waitsFor.isEmpty()
                && nowNanos - unsettledNanos >= settings.moves().settleNanos();
        List<Site> sites = sites(state, live, List.of());
        if (!quiet || sites.isEmpty() || sites.size() < placed(state).count()) {
            return Optional.empty();
        }
        List<Member> takers = sites.stream().filter(Site::open)
                .map(site -> state.memberOf(site.node()).orElseThrow()).toList();
        List<ChainConfiguration> more =
                Placement.more(takers, sites, chains(state), replicas(state));
        return more.isEmpty() ? Optional.empty() : Optional.of(new Command.AddChains(more));
    }

    /// What is still to be moved, as things are; with `drained`, what draining them would add.
    MovesPlan preview(ClusterState state, List<Member> live, List<NodeId> drained) {
        Balance balance = balance(state, live, drained);
        List<MovesPlan.Move> moves = new ArrayList<>();
        balance.all(PREVIEW_MAX).forEach(move ->
                moves.add(new MovesPlan.Move(move.chain(), move.leaves(), move.joins())));
        int underway = (int) chains(state).stream()
                .filter(chain -> chain.joining().isPresent()).count();
        return new MovesPlan(moves, underway, balance.misplaced(), waitsFor);
    }

    /// Copies under way.
    private record Copies(int count, SortedMap<NodeId, Integer> feeds,
            SortedMap<NodeId, Integer> takes) {
        static Copies of(List<ChainConfiguration> chains) {
            Copies copies = new Copies((int) chains.stream()
                    .filter(chain -> chain.joining().isPresent()).count(),
                    new TreeMap<>(), new TreeMap<>());
            chains.forEach(chain -> chain.joining().ifPresent(joining -> {
                copies.feeds().merge(chain.queryTail().node(), 1, Integer::sum);
                copies.takes().merge(joining.node(), 1, Integer::sum);
            }));
            return copies;
        }

        int fedBy(NodeId node) {
            return feeds.getOrDefault(node, 0);
        }

        boolean isIdle(NodeId node) {
            return !takes.containsKey(node);
        }
    }
}
