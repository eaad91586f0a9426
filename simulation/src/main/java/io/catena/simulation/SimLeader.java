package io.catena.simulation;

import io.catena.master.chains.ChainView;
import io.catena.master.chains.Change;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.ClusterState.Registration;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.master.cluster.Result;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One term of a master as leader, the shell around the real [Leases], [ClusterState] and planner,
/// as `io.catena.master.api` has it on Vert.x and Ratis: grants only what arrived before a majority
/// confirmed its leadership, proposes one change of a chain at a time, and grants nothing to whom a
/// proposal of its own may remove.
final class SimLeader {
    private record Waiting(
            MasterMessage.Heartbeat heartbeat, long receivedNanos, Consumer<MasterReply> reply) {}

    /// @param settled the attempt ended, but may still be in the log
    private record Proposal(Epoch epoch, List<Member> removed, boolean settled) {}

    private record Report(Member reporter, MasterMessage.JoiningWhole whole) {}

    private static final int ROUNDS_PER_LEASE = 10;

    private final World world;
    private final SimVoter voter;
    private final long term;
    private final Leases leases;
    private final Planner planner;
    private final TreeMap<Member, Waiting> waiting = new TreeMap<>();
    private final TreeMap<ChainId, Proposal> proposals = new TreeMap<>();
    private final TreeMap<ChainId, Report> reports = new TreeMap<>();
    /// What was sent to each node last.
    private final TreeMap<NodeId, Long> fed = new TreeMap<>();
    /// When each voter's last confirmation was asked for.
    private final TreeMap<Integer, Long> confirmed = new TreeMap<>();
    /// How long it goes on believing without a confirmation.
    private final long beliefNanos;
    private final long sinceNanos;
    private ClusterState state;
    private long tickedNanos;

    SimLeader(World world, SimVoter voter, long term, ClusterState state) {
        this.world = world;
        this.voter = voter;
        this.term = term;
        this.state = state;
        this.sinceNanos = voter.now();
        this.tickedNanos = sinceNanos;
        this.leases = world.seams.leases(world.shape.leaseNanos(), sinceNanos);
        this.planner = world.seams.planner();
        this.beliefNanos = world.shape.leaseNanos() * world.chance.between(1, 5);
    }

    long term() {
        return term;
    }

    SimVoter voter() {
        return voter;
    }

    void start() {
        round();
        tick();
    }

    /// Does `act` when its master runs, unless it leads no more by then.
    void run(Runnable act) {
        voter.run(() -> {
            if (voter.leader().filter(this::equals).isPresent()) {
                act.run();
            }
        });
    }

    private void later(long nanos, Runnable act) {
        world.after(nanos, () -> run(act));
    }

    // --- leadership

    private void round() {
        long sentNanos = voter.now();
        for (SimVoter other : world.masters.voters()) {
            if (other != voter) {
                world.masters.between(voter, other, () -> {
                    boolean follows = other.follows(term);
                    world.masters.between(other, voter,
                            () -> run(() -> answered(other, follows, sentNanos)));
                });
            }
        }
        later(world.shape.leaseNanos() / ROUNDS_PER_LEASE, this::round);
    }

    private void answered(SimVoter other, boolean follows, long sentNanos) {
        if (follows) {
            confirmed.merge(other.id, sentNanos, Math::max);
            onProof();
        } else {
            voter.stepDown(this);
        }
    }

    /// Until when a majority, itself included, followed it.
    private long confirmedNanos() {
        int needed = world.masters.voters().size() / 2;
        List<Long> latestFirst = new ArrayList<>(confirmed.values());
        latestFirst.sort((a, b) -> Long.compare(b, a));
        return latestFirst.size() < needed ? sinceNanos : latestFirst.get(needed - 1);
    }

    private void onProof() {
        long untilNanos = world.seams.confirmedNanos(confirmedNanos(), voter.now());
        for (Waiting one : List.copyOf(waiting.values())) {
            if (untilNanos - one.receivedNanos() >= 0) {
                waiting.remove(one.heartbeat().member());
                one.reply().accept(grant(one.heartbeat(), one.receivedNanos()));
            }
        }
    }

    // --- what nodes ask

    void onMessage(NodeId from, MasterMessage message, Consumer<MasterReply> reply) {
        switch (message) {
            case MasterMessage.Register m -> register(from, m, reply);
            case MasterMessage.Heartbeat m -> onHeartbeat(m, reply);
            case MasterMessage.GiveBack m -> {
                leases.end(m.member());
                reply.accept(new MasterReply.Done());
            }
            case MasterMessage.CreateBucket _, MasterMessage.ActivateBucket _,
                    MasterMessage.RemoveBucket _, MasterMessage.PutAccessKey _,
                    MasterMessage.RemoveAccessKey _ ->
                    throw new IllegalArgumentException(message + " is not simulated");
        }
    }

    private void register(NodeId from, MasterMessage.Register m, Consumer<MasterReply> reply) {
        world.masters.raft().submit(this, new Command.RegisterNode(from, m.host(), m.port(),
                m.diskIdentity(), m.processToken(), m.partialChains()), ended -> {
                    if (ended.isEmpty()) {
                        reply.accept(new MasterReply.Unavailable("nobody knows"));
                    } else if (ended.get() instanceof Result.Registered(Member member)) {
                        reply.accept(new MasterReply.Registered(
                                member, leaseMillis(), state.since(0)));
                    } else {
                        reply.accept(new MasterReply.Fenced(ended.get().toString()));
                    }
                });
    }

    private long leaseMillis() {
        return world.shape.leaseNanos() / 1_000_000L;
    }

    private void onHeartbeat(MasterMessage.Heartbeat heartbeat, Consumer<MasterReply> reply) {
        Member member = heartbeat.member();
        if (!isPresentLife(member) || leases.isEnded(member)) {
            reply.accept(new MasterReply.Fenced(member + " is over"));
            return;
        }
        heartbeat.report().whole().forEach(whole ->
                reports.put(whole.chain(), new Report(member, whole)));
        waiting.put(member, new Waiting(heartbeat, voter.now(), reply));
        onProof();
    }

    private boolean isPresentLife(Member member) {
        return state.memberOf(member.node()).equals(Optional.of(member));
    }

    private MasterReply grant(MasterMessage.Heartbeat heartbeat, long receivedNanos) {
        Member member = heartbeat.member();
        if (isBeingRemoved(member)) {
            world.counts.add("lease withheld");
            return new MasterReply.Withheld("being removed", state.since(heartbeat.knownVersion()));
        }
        if (!isPresentLife(member) || !leases.grant(member, receivedNanos)) {
            return new MasterReply.Fenced(member + " is over");
        }
        fed.put(member.node(), state.version());
        return new MasterReply.Granted(heartbeat.stampNanos(), leaseMillis(),
                state.since(heartbeat.knownVersion()), List.of());
    }

    // --- chains

    /// The log brought a newer state: chains in a later epoch need no proposal of an earlier one.
    void onState(ClusterState newer) {
        if (newer.version() <= state.version()) {
            return;
        }
        state = newer;
        proposals.entrySet().removeIf(entry -> configuration(entry.getKey()).epoch()
                .compareTo(entry.getValue().epoch()) >= 0);
        leases.live(voter.now()).stream().filter(this::isSuperseded).forEach(leases::end);
        fed.forEach((node, version) -> world.masters.push(voter, node, state.since(version)));
        fed.replaceAll((_, _) -> state.version());
    }

    private ChainConfiguration configuration(ChainId chain) {
        return state.chains().get(chain).value();
    }

    private void tick() {
        long nowNanos = voter.now();
        if (nowNanos - tickedNanos > world.shape.leaseNanos() / 3) {
            leases.hearAgain(nowNanos);
        }
        tickedNanos = nowNanos;
        onProof();
        leases.forgetOver(nowNanos);
        if (nowNanos - confirmedNanos() > beliefNanos) {
            voter.stepDown(this);
            return;
        }
        state.chains().keySet().forEach(this::plan);
        later(world.chance.between(5_000_000L, 40_000_000L), this::tick);
    }

    private void plan(ChainId chain) {
        Proposal underway = proposals.get(chain);
        if (underway == null || underway.settled()) {
            ChainConfiguration current = configuration(chain);
            planner.next(current, view(current)).ifPresent(change -> propose(current, change));
        }
    }

    private void propose(ChainConfiguration current, Change change) {
        ChainConfiguration next = change.next();
        ChainId chain = current.chain();
        List<Member> barred = new ArrayList<>(
                current.path().stream().filter(member -> !next.includes(member)).toList());
        Proposal former = proposals.get(chain);
        if (former != null) {
            barred.addAll(former.removed()); // The former attempt may still be in the log.
        }
        proposals.put(chain, new Proposal(next.epoch(), barred, false));
        world.log(() -> voter + " proposes " + change);
        world.masters.raft().submit(this, new Command.ChangeChain(next), ended -> {
            if (ended.isEmpty() || ended.get() instanceof Result.Refused) {
                proposals.computeIfPresent(chain, (_, one) ->
                        new Proposal(one.epoch(), one.removed(), true));
            }
        });
    }

    private ChainView view(ChainConfiguration current) {
        List<Member> live = state.nodes().values().stream().map(node -> node.value().member())
                .filter(this::isLive).toList();
        List<Member> candidates = new ArrayList<>(live);
        while (!candidates.isEmpty() && world.chance.percent(40)) {
            candidates.add(candidates.remove(0));
        }
        return new ChainView(live,
                current.path().stream()
                        .filter(seat -> world.seams.dead(seat, isDead(seat))).toList(),
                List.of(), Optional.empty(), whole(current), candidates,
                current.members().stream().flatMap(seat -> returned(current, seat).stream())
                        .toList(),
                world.shape.replication());
    }

    private boolean isLive(Member member) {
        return leases.of(member, voter.now()) == Leases.Standing.LIVE
                && !isBeingRemoved(member);
    }

    private boolean isBeingRemoved(Member member) {
        return proposals.values().stream().anyMatch(one -> one.removed().contains(member));
    }

    private boolean isDead(Member seat) {
        return isSuperseded(seat) || leases.of(seat, voter.now()) == Leases.Standing.OVER;
    }

    /// A later life with the same disk proves that the former one is over.
    private boolean isSuperseded(Member seat) {
        return registration(seat.node()).filter(known ->
                known.record().incarnation().compareTo(seat.incarnation()) > 0
                        && known.record().diskSince().compareTo(seat.incarnation()) <= 0)
                .isPresent();
    }

    private Optional<Registration> registration(NodeId node) {
        return Optional.ofNullable(state.nodes().get(node)).map(ClusterState.Stamped::value);
    }

    private List<ChainView.Whole> whole(ChainConfiguration current) {
        Report report = reports.get(current.chain());
        return report != null && report.reporter().equals(current.queryTail())
                ? List.of(new ChainView.Whole(report.whole().epoch(), report.whole().joining()))
                : List.of();
    }

    private Optional<ChainView.Returned> returned(ChainConfiguration current, Member seat) {
        return registration(seat.node()).map(known -> new ChainView.Returned(known.member(),
                known.record().diskSince().value(),
                known.partialChains().contains(current.chain())));
    }
}
