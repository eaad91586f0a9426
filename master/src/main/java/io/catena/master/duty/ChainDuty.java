package io.catena.master.duty;

import io.catena.master.chains.Balance;
import io.catena.master.chains.Change;
import io.catena.master.chains.ChainView;
import io.catena.master.chains.HoldDown;
import io.catena.master.chains.Placement;
import io.catena.master.chains.Planner;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.ClusterState.Registration;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.protocol.message.MovesPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The leader's care for the chains: what it knows of them in its time, which change it proposes
/// next, one per chain at a time. Proposed removals bar the removed from leases until it is known
/// what came of them: a grant in between would let a member serve that the chain goes on without.
public final class ChainDuty {
    /// A change to propose.
    ///
    /// @param from the configuration that it follows
    public record Planned(ChainConfiguration from, Change change) {}

    /// A change on its way through the log.
    ///
    /// @param removed who would have no seat after it
    /// @param settled the attempt ended without the change being known to be applied: it may be
    ///     tried again, but still be in the log
    private record Proposal(Epoch epoch, List<Member> removed, boolean settled) {}

    private record Whole(Member reporter, JoiningWhole report) {
        static Whole later(Whole known, Whole fresh) {
            return known.report().epoch().compareTo(fresh.report().epoch()) > 0 ? known : fresh;
        }
    }

    private record Absence(NodeId node, long untilNanos) {}

    /// Replicas that a node is filled with at a time; planned moves are fewer, see [MoveSettings].
    private static final int COPIES_PER_NODE_MAX = 8;
    /// For so many leases a chain keeps its last two members when one of them leaves in order.
    private static final int DEPARTURE_LEASES = 2;

    private final DutySettings settings;
    private final Leases leases;
    private final Planner planner;
    private final SortedMap<ChainId, Proposal> proposals = new TreeMap<>();
    private final StandDowns standDowns;
    private final Moves moves;
    private final Departures departures;
    private final HoldDown holdDown;
    private final SortedMap<ChainId, Whole> reports = new TreeMap<>();
    /// Nodes that a chain lost lately, per chain; as many as chains times removals in one period.
    private final SortedMap<ChainId, List<Absence>> absences = new TreeMap<>();

    /// @param leases that this leader has granted
    public ChainDuty(DutySettings settings, Leases leases, Planner planner) {
        this.settings = settings;
        this.leases = leases;
        this.planner = planner;
        this.standDowns = new StandDowns(settings);
        this.moves = new Moves(settings, leases);
        this.departures = new Departures(leases, DEPARTURE_LEASES * settings.leaseNanos());
        this.holdDown = new HoldDown(settings.holdDownFirstNanos());
    }

    /// A heartbeat of `reporter` says this.
    public void onReport(Member reporter, MasterMessage.Report report, long nowNanos) {
        // Former query tails repeat what they said of earlier epochs.
        report.whole().forEach(whole -> reports.merge(
                whole.chain(), new Whole(reporter, whole), Whole::later));
        standDowns.onReport(reporter, report, nowNanos);
    }

    /// Seats in which `member` shall serve nothing more; to be told with its lease.
    public List<ChainEpoch> standDowns(Member member) {
        return standDowns.askedOf(member);
    }

    /// Why `member` gets no lease now, if so.
    public Optional<String> withheld(Member member, long nowNanos) {
        if (isBeingRemoved(member)) {
            return Optional.of("a chain is going on without it");
        }
        return standDowns.disobeys(member, nowNanos)
                ? Optional.of("it was asked to stand down and did not") : Optional.empty();
    }

    /// What members are asked, and why; for people.
    public String asking() {
        return standDowns.asking();
    }

    /// Whether a change that removes `member` from a chain may be in the log.
    public boolean isBeingRemoved(Member member) {
        return proposals.values().stream().anyMatch(one -> one.removed().contains(member));
    }

    /// Drops proposals that were applied, or became impossible: their chains are in a later epoch.
    public void onState(ClusterState state) {
        proposals.entrySet().removeIf(entry -> state.chains().get(entry.getKey()).value().epoch()
                .compareTo(entry.getValue().epoch()) >= 0);
        reports.keySet().retainAll(state.chains().keySet());
        standDowns.onState(state);
        departures.retain(state.chains().values().stream()
                .flatMap(chain -> chain.value().members().stream()).toList());
    }

    /// The attempt for a chain failed or was refused: it may be tried again.
    public void onAttemptEnded(ChainId chain) {
        proposals.computeIfPresent(chain, (_, one) ->
                new Proposal(one.epoch(), one.removed(), true));
    }

    /// The first chains, when there are none and all initial nodes live. Zones count, weights do
    /// not yet: not every disk has told its own.
    public Optional<Command> bootstrap(ClusterState state, long nowNanos) {
        if (!state.chains().isEmpty()) {
            return Optional.empty();
        }
        List<Member> members = settings.initialNodes().stream()
                .flatMap(node -> state.memberOf(node).stream())
                .filter(member -> isLive(member, nowNanos)).toList();
        return members.size() < settings.initialNodes().size()
                ? Optional.empty()
                : Optional.of(new Command.CreateChains(
                        Placement.chainsFor(members, Moves.unweighted(state, members),
                                settings.replication())));
    }

    /// Further chains, when the cluster has grown and everything is quiet.
    public Optional<Command> grow(ClusterState state, long nowNanos) {
        return proposals.isEmpty() && !state.chains().isEmpty()
                ? moves.grown(state, liveMembers(state, nowNanos), nowNanos) : Optional.empty();
    }

    /// Members that a chain should have now.
    public int replicas(ClusterState state) {
        return moves.replicas(state);
    }

    /// What is still to be moved, as things are; with `drained`, what draining them would add.
    public MovesPlan preview(ClusterState state, List<NodeId> drained, long nowNanos) {
        return moves.preview(state, liveMembers(state, nowNanos), drained);
    }

    /// What to propose now, one change for each chain that needs one, the shortest chains first.
    public List<Planned> plan(ClusterState state, long nowNanos) {
        List<Member> live = liveMembers(state, nowNanos);
        List<ChainConfiguration> open = state.chains().values().stream()
                .map(ClusterState.Stamped::value).filter(this::isOpen).toList();
        Moves.Round round = moves.look(state, live, proposals.isEmpty(), nowNanos);
        SortedMap<ChainId, Member> cutOff = new TreeMap<>(round.abandoned());
        cutOff.putAll(standDowns.judge(state, open, live, round.leaving(), nowNanos));
        Joiners joiners = new Joiners(state, live);
        List<Planned> planned = new ArrayList<>();
        for (ChainConfiguration current : shortestFirst(open)) {
            ChainView view = view(state, current, joiners,
                    Optional.ofNullable(cutOff.get(current.chain())), round, nowNanos);
            planner.next(current, view).ifPresent(change -> {
                propose(current, view, change, nowNanos);
                joiners.proposed(change);
                planned.add(new Planned(current, change));
            });
        }
        return planned;
    }

    private static List<ChainConfiguration> shortestFirst(List<ChainConfiguration> chains) {
        return chains.stream().sorted(Comparator.comparing(
                (ChainConfiguration chain) -> chain.members().size())).toList();
    }

    /// Who may join chains in one look of the leader.
    private final class Joiners {
        private final ClusterState state;
        private final List<Member> live;
        private final SortedMap<NodeId, Integer> copies = new TreeMap<>();
        private Optional<Balance> balance = Optional.empty();

        Joiners(ClusterState state, List<Member> live) {
            this.state = state;
            this.live = live;
            state.chains().values().forEach(
                    chain -> chain.value().joining().ifPresent(this::count));
        }

        private void count(Member joining) {
            copies.merge(joining.node(), 1, Integer::sum);
        }

        void proposed(Change change) {
            if (change instanceof Change.Append append) {
                append.next().joining().ifPresent(this::count);
            }
        }

        List<Member> live() {
            return live;
        }

        /// The best first.
        List<Member> of(ChainConfiguration chain) {
            if (balance.isEmpty()) {
                balance = Optional.of(moves.balance(state, live));
            }
            return balance.get().joiners(chain).stream()
                    .map(node -> state.memberOf(node).orElseThrow()).filter(this::isFree).toList();
        }

        boolean isFree(Member member) {
            return copies.getOrDefault(member.node(), 0) < COPIES_PER_NODE_MAX;
        }
    }

    /// No change of it is under way.
    private boolean isOpen(ChainConfiguration chain) {
        Proposal underway = proposals.get(chain.chain());
        return underway == null || underway.settled();
    }

    private void propose(
            ChainConfiguration current, ChainView view, Change change, long nowNanos) {
        ChainConfiguration next = change.next();
        List<Member> removed =
                current.path().stream().filter(member -> !next.includes(member)).toList();
        Proposal former = proposals.get(current.chain());
        // Whose seat serves nothing by its own word needs no bar: a lease does not change that.
        List<Member> barred = new ArrayList<>(
                removed.stream().filter(view.dead()::contains).toList());
        if (former != null) {
            barred.addAll(former.removed()); // The former attempt may still be in the log.
        }
        proposals.put(current.chain(), new Proposal(next.epoch(), barred, false));
        removed.forEach(member -> onRemoved(current, member, view, nowNanos));
    }

    /// Who leaves by plan is not to blame, nor a joining replica that leaves only because a member
    /// died. One that is cut off from the query tail is not waited for: another node may have a
    /// better link.
    private void onRemoved(
            ChainConfiguration current, Member member, ChainView view, long nowNanos) {
        ChainId chain = current.chain();
        boolean cutOff = view.cutOff().filter(member::equals).isPresent();
        boolean planned = moves.isLeaving(chain, member) && !view.dead().contains(member);
        if (planned && current.members().size() > view.replication()) {
            return; // Another node has its seat already.
        }
        boolean failed = cutOff || view.dead().contains(member)
                || view.stoodDown().contains(member);
        if (failed && !planned) {
            holdDown.removed(chain, member.node(), nowNanos);
        }
        if (cutOff) {
            absences.computeIfPresent(chain, (_, missed) -> missed.stream()
                    .filter(one -> !one.node().equals(member.node())).toList());
        } else {
            miss(chain, member.node(), nowNanos);
        }
    }

    private void miss(ChainId chain, NodeId node, long nowNanos) {
        List<Absence> missed = new ArrayList<>(absences.getOrDefault(chain, List.of()));
        missed.removeIf(one -> one.node().equals(node) || nowNanos - one.untilNanos() > 0);
        missed.add(new Absence(node, nowNanos + settings.replaceAfterNanos()));
        absences.put(chain, List.copyOf(missed));
    }

    private ChainView view(
            ClusterState state, ChainConfiguration chain, Joiners joiners,
            Optional<Member> cutOff, Moves.Round round, long nowNanos) {
        List<Member> dead = departures.counted(chain, chain.path().stream()
                .filter(seat -> isDead(state, seat, nowNanos)).toList(),
                seat -> isSuperseded(state, seat), nowNanos);
        Optional<Member> joins = Optional.ofNullable(round.joins().get(chain.chain()));
        return new ChainView(
                joiners.live(),
                dead,
                dispensable(chain, dead, round.replicas()),
                cutOff,
                wholeOf(chain),
                joins.map(List::of).orElseGet(() ->
                        repairers(state, chain, joiners, round.replicas(), nowNanos)),
                chain.members().stream().flatMap(seat -> returned(state, chain, seat).stream())
                        .toList(),
                round.replicas() + (joins.isPresent() ? 1 : 0));
    }

    /// Members that stood down and may leave now. Who does so by plan stays when another member has
    /// died meanwhile, and serves again in the next epoch; and a chain with more members than it
    /// should have loses no more by this than it has too many.
    private List<Member> dispensable(
            ChainConfiguration chain, List<Member> dead, int replicas) {
        boolean whole = chain.members().stream().noneMatch(dead::contains);
        List<Member> stoodDown = standDowns.stoodDown(chain).stream()
                .filter(member -> whole || !moves.isLeaving(chain.chain(), member)).toList();
        long alive = chain.members().stream().filter(member -> !dead.contains(member)).count();
        return chain.members().size() <= replicas ? stoodDown
                : stoodDown.stream().limit(Math.max(0, alive - replicas)).toList();
    }

    private List<Member> repairers(ClusterState state, ChainConfiguration chain,
            Joiners joiners, int replicas, long nowNanos) {
        return chain.joining().isPresent() || chain.members().size() >= replicas ? List.of()
                : patient(state, chain, joiners, nowNanos);
    }

    /// The query tail is the one who knows; anybody else's word, or a word of another epoch, is
    /// void.
    private List<ChainView.Whole> wholeOf(ChainConfiguration chain) {
        Whole whole = reports.get(chain.chain());
        return whole != null && whole.reporter().equals(chain.queryTail())
                ? List.of(new ChainView.Whole(whole.report().epoch(), whole.report().joining()))
                : List.of();
    }

    /// While a chain waits for nodes that it lost lately, only they may join, unless one copy is
    /// left, and then no other disk of their servers: they could not take their seats back from it.
    /// Who leaves again and again is held down meanwhile.
    private List<Member> patient(
            ClusterState state, ChainConfiguration chain, Joiners joiners, long nowNanos) {
        List<NodeId> missed = absences.getOrDefault(chain.chain(), List.of()).stream()
                .filter(one -> nowNanos - one.untilNanos() <= 0).map(Absence::node)
                .filter(node -> Moves.keepsSeats(state, node))
                .filter(node -> chain.path().stream().noneMatch(seat -> seat.node().equals(node)))
                .toList();
        List<Member> back = joiners.live().stream()
                .filter(member -> missed.contains(member.node())).filter(joiners::isFree).toList();
        boolean waits = !missed.isEmpty() && chain.members().size() > 1;
        Stream<Member> others = joiners.of(chain).stream().filter(candidate ->
                !waits && missed.stream().noneMatch(candidate.node()::sharesServer));
        return Stream.concat(back.stream(), others)
                .filter(candidate -> !holdDown.holds(
                        chain.chain(), candidate.node(), nowNanos))
                .toList();
    }

    private static Optional<ChainView.Returned> returned(
            ClusterState state, ChainConfiguration chain, Member seat) {
        return registration(state, seat.node())
                .map(known -> new ChainView.Returned(known.member(),
                        known.record().diskSince().value(),
                        known.partialChains().contains(chain.chain())));
    }

    private static Optional<Registration> registration(ClusterState state, NodeId node) {
        return Optional.ofNullable(state.nodes().get(node)).map(ClusterState.Stamped::value);
    }

    /// A newer life that has locked the same disk proves that the former process is dead; else the
    /// lease must be over.
    private boolean isDead(ClusterState state, Member seat, long nowNanos) {
        return isSuperseded(state, seat)
                || leases.of(seat, nowNanos) == Leases.Standing.OVER;
    }

    /// Whether a later life with the same disk proves that the seat's process is over.
    public static boolean isSuperseded(ClusterState state, Member seat) {
        return registration(state, seat.node()).filter(known ->
                known.record().incarnation().compareTo(seat.incarnation()) > 0
                        && known.record().diskSince().compareTo(seat.incarnation()) <= 0)
                .isPresent();
    }

    private boolean isLive(Member member, long nowNanos) {
        return leases.of(member, nowNanos) == Leases.Standing.LIVE && !isBeingRemoved(member);
    }

    private List<Member> liveMembers(ClusterState state, long nowNanos) {
        return state.nodes().values().stream().map(stamped -> stamped.value().member())
                .filter(member -> isLive(member, nowNanos)).toList();
    }
}
