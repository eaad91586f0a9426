package io.catena.master.duty;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.MasterMessage.Heartbeat;
import io.catena.protocol.message.MasterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What a leader answers to heartbeats. They wait until it is proven that this leader still led
/// after they arrived: else a deposed leader would keep a node serving that is cut off together
/// with it. One per member waits, the latest.
public final class Heartbeats {
    private record Waiting(
            Heartbeat heartbeat, long receivedNanos, Consumer<MasterReply> answer) {}

    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final DutySettings settings;
    private final Leases leases;
    private final ChainDuty chains;
    private final SortedMap<Member, Waiting> waiting = new TreeMap<>();

    public Heartbeats(DutySettings settings, Leases leases, ChainDuty chains) {
        this.settings = settings;
        this.leases = leases;
        this.chains = chains;
    }

    /// A heartbeat arrived.
    ///
    /// @param answer called once, perhaps at once
    /// @return whether it is of the node's present life; else it is answered
    public boolean onHeartbeat(ClusterState state, Heartbeat heartbeat, long nowNanos,
            Consumer<MasterReply> answer) {
        Member member = heartbeat.member();
        Optional<Member> present = state.memberOf(member.node());
        if (!present.equals(Optional.of(member))) {
            answer.accept(new MasterReply.Fenced(
                    member + " is not the present life: " + present));
            return false;
        }
        if (leases.isEnded(member)) {
            answer.accept(new MasterReply.Fenced(member + " gave its lease back"));
            return false;
        }
        chains.onReport(member, heartbeat.report(), nowNanos);
        Waiting former = waiting.put(member, new Waiting(heartbeat, nowNanos, answer));
        if (former != null) {
            former.answer().accept(new MasterReply.Unavailable("a later heartbeat came"));
        }
        return true;
    }

    /// Answers what arrived no later than `confirmedNanos`, the time for which it is proven that
    /// this leader led.
    public void release(ClusterState state, long confirmedNanos) {
        for (Waiting one : List.copyOf(waiting.values())) {
            if (confirmedNanos - one.receivedNanos() >= 0) {
                waiting.remove(one.heartbeat().member());
                one.answer().accept(grant(state, one.heartbeat(), one.receivedNanos()));
            }
        }
    }

    private MasterReply grant(ClusterState state, Heartbeat heartbeat, long receivedNanos) {
        Member member = heartbeat.member();
        Optional<String> withheld = chains.withheld(member, receivedNanos);
        if (withheld.isPresent()) {
            return new MasterReply.Withheld(
                    withheld.get(), state.since(heartbeat.knownVersion()));
        }
        if (!state.memberOf(member.node()).equals(Optional.of(member))
                || !leases.grant(member, receivedNanos)) {
            return new MasterReply.Fenced(member + " is not the present life");
        }
        return new MasterReply.Granted(heartbeat.stampNanos(),
                settings.leaseNanos() / NANOS_PER_MILLI, state.since(heartbeat.knownVersion()),
                chains.standDowns(member));
    }

    /// The term is over.
    public void abandon(MasterReply reply) {
        List<Waiting> former = new ArrayList<>(waiting.values());
        waiting.clear();
        former.forEach(one -> one.answer().accept(reply));
    }
}
