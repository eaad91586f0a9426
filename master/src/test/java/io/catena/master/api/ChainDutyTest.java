package io.catena.master.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.master.raft.RaftSettings;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the leader proposes, on a clock of the test's own; no log, no connections.
class ChainDutyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Member A = Member.of(1, 1);
    private static final Member B = Member.of(2, 1);
    private static final Member C = Member.of(3, 1);
    private static final Member D = Member.of(4, 1);
    private static final ChainId CHAIN = new ChainId(1);

    private final Leases leases = new Leases(SECOND, 0);
    private final ChainDuty duty = new ChainDuty(new MasterSettings(
            RaftSettings.defaults("test", new NodeId(1),
                    List.of(new MasterAddress(new NodeId(1), "h", 1)), Path.of("unused")),
            List.of(new NodeId(1), new NodeId(2), new NodeId(3)), 3, 1_000, 60_000, 50,
            Optional.empty()), leases);
    private ClusterState state = ClusterState.EMPTY;

    @BeforeEach
    void registerFourNodes() {
        for (int node = 1; node <= 4; node++) {
            register(node, "disk-" + node);
        }
    }

    private void register(int node, String disk) {
        apply(new Command.RegisterNode(
                new NodeId(node), "h", 1, disk, state.version() + 1, List.of()));
    }

    private void apply(Command command) {
        state = state.apply(command).state();
        duty.onState(state);
    }

    private void startChain(Member... members) {
        apply(new Command.CreateChains(List.of(new ChainConfiguration(
                CHAIN, new Epoch(1), List.of(members), Optional.empty()))));
    }

    private void grantAt(long nowNanos, Member... members) {
        List.of(members).forEach(member -> leases.grant(member, nowNanos));
    }

    private List<ChainConfiguration> plan(long nowNanos) {
        return duty.plan(state, nowNanos).stream().map(Command.ChangeChain::next).toList();
    }

    @Test
    void shouldBootstrapWhenAllInitialNodesHaveALease() {
        grantAt(0, A, B);
        assertThat(duty.bootstrap(state, 1)).isEmpty();
        grantAt(0, C);
        assertThat(duty.bootstrap(state, 1)).get().isInstanceOfSatisfying(
                Command.CreateChains.class, c -> assertThat(c.chains()).hasSize(8));
    }

    @Test
    void shouldWaitForALeaseToEndThatAFormerLeaderMayHaveGranted() {
        startChain(A, B, C);
        grantAt(SECOND, A, B);
        assertThat(plan(SECOND)).isEmpty();
        assertThat(plan(SECOND * 11 / 10 + 1)).singleElement()
                .extracting(ChainConfiguration::members).isEqualTo(List.of(A, B));
    }

    @Test
    void shouldBarARemovedMemberFromLeasesUntilTheChainIsInALaterEpoch() {
        startChain(A, B, C);
        grantAt(2 * SECOND, A, B);
        ChainConfiguration next = plan(2 * SECOND).getFirst();
        assertThat(duty.isBeingRemoved(C)).isTrue();
        assertThat(duty.isBeingRemoved(A)).isFalse();
        assertThat(plan(2 * SECOND)).as("one change of a chain at a time").isEmpty();
        duty.onAttemptEnded(CHAIN);
        assertThat(duty.isBeingRemoved(C)).as("it may still be in the log").isTrue();
        assertThat(plan(2 * SECOND)).containsExactly(next);
        apply(new Command.ChangeChain(next));
        assertThat(duty.isBeingRemoved(C)).isFalse();
    }

    @Test
    void shouldNotWaitForALifeThatANewerOneOnTheSameDiskProvesDead() {
        startChain(A, B, C);
        grantAt(0, A, B, C);
        register(3, "disk-3");
        assertThat(plan(1)).singleElement()
                .extracting(ChainConfiguration::members).isEqualTo(List.of(A, B));
    }

    @Test
    void shouldWaitForTheLeaseOfALifeOnAnotherDisk() {
        startChain(A, B, C);
        grantAt(SECOND / 2, A, B, C);
        register(3, "another");
        assertThat(plan(SECOND)).isEmpty();
        grantAt(SECOND, A, B);
        assertThat(plan(SECOND * 17 / 10)).hasSize(1);
    }

    @Test
    void shouldWaitForALostNodeBeforeItIsReplaced() {
        startChain(A, B, C);
        grantAt(2 * SECOND, A, B, D);
        apply(new Command.ChangeChain(plan(2 * SECOND).getFirst()));
        assertThat(plan(2 * SECOND)).as("D is there, but C may come back").isEmpty();
        register(3, "disk-3");
        Member back = Member.of(3, 2);
        grantAt(2 * SECOND, back);
        assertThat(plan(2 * SECOND)).singleElement()
                .extracting(ChainConfiguration::joining).isEqualTo(Optional.of(back));
    }

    @Test
    void shouldReplaceALostNodeAfterAWhile() {
        startChain(A, B, C);
        grantAt(2 * SECOND, A, B, D);
        apply(new Command.ChangeChain(plan(2 * SECOND).getFirst()));
        long later = 63 * SECOND;
        grantAt(later, A, B, D);
        assertThat(plan(later)).singleElement()
                .extracting(ChainConfiguration::joining).isEqualTo(Optional.of(D));
    }

    @Test
    void shouldTakeOnlyTheQueryTailsWordThatAReplicaIsWhole() {
        startChain(A, B);
        grantAt(2 * SECOND, A, B, C);
        ChainConfiguration joining = plan(2 * SECOND).getFirst();
        apply(new Command.ChangeChain(joining));
        JoiningWhole whole = new JoiningWhole(CHAIN, joining.epoch(), C);
        duty.onWhole(A, whole);
        assertThat(plan(2 * SECOND)).isEmpty();
        duty.onWhole(B, whole);
        assertThat(plan(2 * SECOND)).singleElement()
                .extracting(ChainConfiguration::members).isEqualTo(List.of(A, B, C));
    }
}
