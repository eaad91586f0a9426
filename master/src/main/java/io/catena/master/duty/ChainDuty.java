package io.catena.master.duty;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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

    private final DutySettings settings;
    private final Leases leases;
    private final Planner planner;
    private final SortedMap<ChainId, Proposal> proposals = new TreeMap<>();
    private final StandDowns standDowns;
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
    }

    /// The attempt for a chain failed or was refused: it may be tried again.
    public void onAttemptEnded(ChainId chain) {
        proposals.computeIfPresent(chain, (_, one) ->
                new Proposal(one.epoch(), one.removed(), true));
    }

    /// The first chains, when there are none and all initial nodes live.
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
                        Placement.chainsFor(members, settings.replication())));
    }

    /// What to propose now, one change for each chain that needs one.
    public List<Planned> plan(ClusterState state, long nowNanos) {
        List<Planned> planned = new ArrayList<>();
        List<Member> live = liveMembers(state, nowNanos);
        List<Member> candidates = byFewestSeats(state, live);
        List<ChainConfiguration> open = state.chains().values().stream()
                .map(ClusterState.Stamped::value).filter(this::isOpen).toList();
        SortedMap<ChainId, Member> cutOff = standDowns.judge(state, open, live, nowNanos);
        for (ChainConfiguration current : open) {
            ChainView view = view(state, current, live,
                    Optional.ofNullable(cutOff.get(current.chain())), candidates, nowNanos);
            planner.next(current, view).ifPresent(change -> {
                propose(current, view, change, nowNanos);
                planned.add(new Planned(current, change));
            });
        }
        return planned;
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
        removed.forEach(member -> onRemoved(current.chain(), member, view, nowNanos));
    }

    /// A joining replica that leaves only because a member died is not to blame. One that is cut
    /// off from the query tail is not waited for: another node may have a better link.
    private void onRemoved(ChainId chain, Member member, ChainView view, long nowNanos) {
        boolean cutOff = view.cutOff().filter(member::equals).isPresent();
        if (cutOff || view.dead().contains(member) || view.stoodDown().contains(member)) {
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
            ClusterState state, ChainConfiguration chain, List<Member> live,
            Optional<Member> cutOff, List<Member> candidates, long nowNanos) {
        return new ChainView(
                live,
                chain.path().stream().filter(seat -> isDead(state, seat, nowNanos)).toList(),
                standDowns.stoodDown(chain),
                cutOff,
                wholeOf(chain),
                patient(chain, candidates, nowNanos),
                chain.members().stream().flatMap(seat -> returned(state, chain, seat).stream())
                        .toList(),
                settings.replication());
    }

    /// The query tail is the one who knows; anybody else's word, or a word of another epoch, is
    /// void.
    private List<ChainView.Whole> wholeOf(ChainConfiguration chain) {
        Whole whole = reports.get(chain.chain());
        return whole != null && whole.reporter().equals(chain.queryTail())
                ? List.of(new ChainView.Whole(whole.report().epoch(), whole.report().joining()))
                : List.of();
    }

    /// While a chain waits for nodes that it lost lately, only they may join; who leaves again and
    /// again is held down meanwhile.
    private List<Member> patient(
            ChainConfiguration chain, List<Member> all, long nowNanos) {
        List<Member> candidates = all.stream().filter(candidate ->
                !holdDown.holds(chain.chain(), candidate.node(), nowNanos)).toList();
        List<Absence> missed = absences.getOrDefault(chain.chain(), List.of()).stream()
                .filter(one -> nowNanos - one.untilNanos() <= 0)
                .filter(one -> chain.path().stream()
                        .noneMatch(seat -> seat.node().equals(one.node())))
                .toList();
        return missed.isEmpty() ? candidates : candidates.stream()
                .filter(candidate -> missed.stream()
                        .anyMatch(one -> one.node().equals(candidate.node())))
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

    private static List<Member> byFewestSeats(ClusterState state, List<Member> live) {
        return live.stream().sorted(
                Comparator.comparing((Member member) -> seats(state, member.node()))
                        .thenComparing(Member::node)).toList();
    }

    private static long seats(ClusterState state, NodeId node) {
        return state.chains().values().stream()
                .filter(chain -> chain.value().path().stream()
                        .anyMatch(seat -> seat.node().equals(node)))
                .count();
    }
}
