package io.catena.simulation;

import io.catena.chain.replica.NodeReport;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import java.util.Optional;
import java.util.TreeMap;

/// One process' standing with the masters, as the client module has it over the network: looks for
/// the leader, registers once, keeps the lease by heartbeats, passes on what is new.
final class SimSession {
    private final SimNode node;
    private final World world;
    private final MasterMessage.Register register;
    private final TreeMap<ChainId, MasterMessage.JoiningWhole> whole = new TreeMap<>();
    private Optional<Member> member = Optional.empty();
    private int voter;
    private long asked;
    private boolean asking;
    private boolean ended;
    private long knownVersion;
    private long leaseUntilNanos = Long.MIN_VALUE;

    SimSession(SimNode node, MasterMessage.Register register) {
        this.node = node;
        this.world = node.world;
        this.register = register;
        this.voter = world.chance.below(world.masters.voters().size());
    }

    void start() {
        tick();
    }

    void end() {
        ended = true;
    }

    private void tick() {
        if (ended) {
            return;
        }
        if (!asking) {
            ask(member.<MasterMessage>map(seat -> new MasterMessage.Heartbeat(seat,
                    node.nowNanos(), knownVersion, world.seams.report(
                            node, NodeReport.of(whole.values(), node.statuses()))))
                    .orElse(register));
        }
        world.after(heartbeatNanos(), () -> node.run(this::tick));
    }

    private long heartbeatNanos() {
        return world.shape.leaseNanos() / 4;
    }

    private void ask(MasterMessage message) {
        asking = true;
        long number = ++asked;
        world.masters.ask(node.id, voter, message, reply -> node.run(() -> {
            if (number == asked && asking && !ended) {
                asking = false;
                onReply(reply);
            }
        }));
        world.after((member.isPresent() ? 2 : 5) * heartbeatNanos(), () -> node.run(() -> {
            if (number == asked && asking) {
                asking = false;
                nextVoter();
            }
        }));
    }

    private void nextVoter() {
        voter = (voter + 1) % world.masters.voters().size();
    }

    private void onReply(MasterReply reply) {
        switch (reply) {
            case MasterReply.Registered r -> {
                member = Optional.of(r.member());
                node.registered(r.member());
                onUpdate(r.update());
            }
            case MasterReply.Granted r -> {
                onUpdate(r.update());
                node.standDown(r.standDown());
                if (knownVersion >= r.update().version()) {
                    extend(r.stampNanos() + r.leaseMillis() * 1_000_000L);
                }
            }
            case MasterReply.Withheld r -> onUpdate(r.update());
            case MasterReply.Fenced r -> {
                world.counts.add("fenced");
                world.log(() -> member + " is fenced: " + r.reason());
                node.crash();
            }
            case MasterReply.NotLeader(Optional<NodeId> leader) -> leader.ifPresentOrElse(
                    hint -> voter = hint.server() - 1, this::nextVoter);
            case MasterReply.Unavailable _, MasterReply.Done _, MasterReply.BucketCreated _,
                    MasterReply.BucketExists _, MasterReply.NoSuchBucket _,
                    MasterReply.AccountRefused _, MasterReply.OtherShards _,
                    MasterReply.OfTrust _, MasterReply.Refused _, MasterReply.Moves _ -> { }
        }
    }

    private void extend(long untilNanos) {
        if (leaseUntilNanos == Long.MIN_VALUE || untilNanos - leaseUntilNanos > 0) {
            leaseUntilNanos = untilNanos;
            node.leased(untilNanos);
        }
    }

    /// What changed, unless something was lost before it: the next heartbeat's answer brings that.
    void onUpdate(ClusterUpdate update) {
        boolean reaches = update.whole() || knownVersion >= update.since();
        if (reaches && update.version() > knownVersion && member.isPresent() && !ended) {
            knownVersion = update.version();
            update.chains().forEach(node::configured);
        }
    }

    void report(ChainId chain, Epoch epoch, Member joining) {
        whole.put(chain, new MasterMessage.JoiningWhole(chain, epoch, joining));
    }

    /// The process serves nothing more.
    void giveBack() {
        member.ifPresent(seat -> world.masters.ask(
                node.id, voter, new MasterMessage.GiveBack(seat), _ -> { }));
        end();
    }
}
