package io.catena.simulation;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.master.cluster.Result;
import io.catena.master.duty.ChainDuty;
import io.catena.master.duty.Heartbeats;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One term of a master as leader, the shell around the real [Leases], [ChainDuty] and
/// [Heartbeats], as `io.catena.master.api` is on Vert.x and Ratis.
final class SimLeader {
    private static final int ROUNDS_PER_LEASE = 10;

    private final World world;
    private final SimVoter voter;
    private final long term;
    private final Leases leases;
    private final ChainDuty chains;
    private final Heartbeats heartbeats;
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
        this.leases = world.seams.leases(world.shape.duty().leaseNanos(), sinceNanos);
        this.chains = new ChainDuty(world.shape.duty(), leases, world.seams.planner());
        this.heartbeats = new Heartbeats(world.shape.duty(), leases, chains);
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
        heartbeats.release(state, world.seams.confirmedNanos(confirmedNanos(), voter.now()));
    }

    // --- what nodes ask

    void onMessage(NodeId from, MasterMessage message, Consumer<MasterReply> reply) {
        switch (message) {
            case MasterMessage.Register m -> register(from, m, reply);
            case MasterMessage.Heartbeat m -> onHeartbeat(m, reply);
            case MasterMessage.GiveBack m -> {
                leases.end(m.member());
                changeChains(voter.now());
                reply.accept(new MasterReply.Done());
            }
            case MasterMessage.CreateBucket _, MasterMessage.ActivateBucket _,
                    MasterMessage.RemoveBucket _, MasterMessage.ChangeShard _,
                    MasterMessage.SetVersioning _, MasterMessage.ChangeAccounts _,
                    MasterMessage.OfTrust _, MasterMessage.DescribeNode _,
                    MasterMessage.ChangeDuty _, MasterMessage.PreviewDrain _,
                    MasterMessage.AskBalance _ ->
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
        NodeId node = heartbeat.member().node();
        boolean taken = heartbeats.onHeartbeat(state, heartbeat, voter.now(), answer -> {
            if (answer instanceof MasterReply.Granted) {
                fed.put(node, state.version());
            }
            world.counts.add("heartbeat: " + answer.getClass().getSimpleName());
            reply.accept(answer);
        });
        if (taken) {
            onProof();
        }
    }

    /// An operator gives a node another duty.
    void changeDuty(NodeId node, NodePlacing.Duty duty) {
        run(() -> world.masters.raft().submit(this, new Command.ChangeDuty(
                List.of(node), duty, chains.replicas(state)), ended -> ended.ifPresent(result ->
                        world.counts.add("duty: " + duty + " "
                                + result.getClass().getSimpleName()))));
    }

    // --- chains

    /// The log brought a newer state.
    void onState(ClusterState newer) {
        if (newer.version() <= state.version()) {
            return;
        }
        state = newer;
        chains.onState(state);
        leases.live(voter.now()).stream()
                .filter(member -> ChainDuty.isSuperseded(state, member)).forEach(leases::end);
        fed.forEach((node, version) -> world.masters.push(voter, node, state.since(version)));
        fed.replaceAll((_, _) -> state.version());
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
        changeChains(nowNanos);
        later(world.chance.between(5_000_000L, 40_000_000L), this::tick);
    }

    private void changeChains(long nowNanos) {
        for (ChainDuty.Planned planned : chains.plan(state, nowNanos)) {
            world.log(() -> voter + " proposes " + planned.change());
            ChainConfiguration next = planned.change().next();
            world.masters.raft().submit(this, new Command.ChangeChain(next), ended -> {
                if (ended.isEmpty() || ended.get() instanceof Result.Refused) {
                    chains.onAttemptEnded(next.chain());
                }
            });
        }
        world.log(() -> voter + " " + chains.asking());
    }
}
