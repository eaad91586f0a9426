package io.catena.master.duty;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.ChainPlanner;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final DutySettings SETTINGS =
            new DutySettings(List.of(new NodeId(1)), 3, 1_000_000_000L, 0, 0, 0,
                    MoveSettings.DEFAULTS);
    private static final Member A = Member.of(1, 1);
    private static final Member B = Member.of(2, 1);

    private final Leases leases = new Leases(SETTINGS.leaseNanos(), 0);
    private final Heartbeats heartbeats = new Heartbeats(
            SETTINGS, leases, new ChainDuty(SETTINGS, leases, ChainPlanner::next));
    private ClusterState state = ClusterState.EMPTY;

    @BeforeEach
    void registerTwoNodes() {
        register(1, 1);
        register(2, 1);
    }

    private void register(int node, long processToken) {
        state = state.apply(new Command.RegisterNode(
                new NodeId(node), "h", 1, "disk-" + node, processToken, List.of())).state();
    }

    private List<MasterReply> heartbeat(Member member, long stampNanos, long receivedNanos) {
        List<MasterReply> answers = new ArrayList<>();
        heartbeats.onHeartbeat(state, new MasterMessage.Heartbeat(member, stampNanos, 0,
                MasterMessage.Report.NOTHING), receivedNanos, answers::add);
        return answers;
    }

    @Test
    void shouldGrantOnlyWhatCameBeforeTheProofOfLeadership() {
        List<MasterReply> early = heartbeat(A, 7, 100);
        List<MasterReply> late = heartbeat(B, 8, 200);
        heartbeats.release(state, 99);
        assertThat(early).isEmpty();
        heartbeats.release(state, 150);
        assertThat(early).singleElement().isInstanceOfSatisfying(MasterReply.Granted.class,
                granted -> assertThat(granted.stampNanos()).isEqualTo(7));
        assertThat(leases.live(100)).containsExactly(A);
        assertThat(late).isEmpty();
    }

    @Test
    void shouldKeepTheLatestHeartbeatOfAMember() {
        List<MasterReply> former = heartbeat(A, 1, 100);
        List<MasterReply> latter = heartbeat(A, 2, 200);
        assertThat(former).singleElement().isInstanceOf(MasterReply.Unavailable.class);
        MasterReply gone = new MasterReply.NotLeader(Optional.empty());
        heartbeats.abandon(gone);
        assertThat(latter).containsExactly(gone);
    }

    @Test
    void shouldFenceFormerLivesAndLeasesThatWereGivenBack() {
        leases.end(B);
        assertThat(heartbeat(B, 1, 100)).singleElement().isInstanceOf(MasterReply.Fenced.class);
        List<MasterReply> waiting = heartbeat(A, 1, 100);
        register(1, 2);
        assertThat(heartbeat(A, 2, 100)).singleElement().isInstanceOf(MasterReply.Fenced.class);
        heartbeats.release(state, 200);
        assertThat(waiting).singleElement().isInstanceOf(MasterReply.Fenced.class);
        assertThat(leases.live(100)).isEmpty();
    }
}
