package io.catena.master.duty;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.ChainPlanner;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.MasterMessage.Accusation;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.protocol.message.MasterMessage.Report;
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
    private final ChainDuty duty = new ChainDuty(new DutySettings(
            List.of(new NodeId(1), new NodeId(2), new NodeId(3)), 3, SECOND, 60 * SECOND,
            3 * SECOND, SECOND, MoveSettings.DEFAULTS), leases, ChainPlanner::next);
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
        return duty.plan(state, nowNanos).stream().map(planned -> planned.change().next())
                .toList();
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
        Report report = new Report(List.of(new JoiningWhole(CHAIN, joining.epoch(), C)),
                List.of(), List.of());
        duty.onReport(A, report, 2 * SECOND);
        assertThat(plan(2 * SECOND)).isEmpty();
        duty.onReport(B, report, 2 * SECOND);
        assertThat(plan(2 * SECOND)).singleElement()
                .extracting(ChainConfiguration::members).isEqualTo(List.of(A, B, C));
    }

    /// A former query tail repeats what it said of an earlier epoch with each heartbeat, perhaps
    /// always just before the leader looks.
    @Test
    void shouldNotLetAnOldWordHideTheQueryTails() {
        startChain(A, B);
        grantAt(2 * SECOND, A, B, C);
        ChainConfiguration joining = plan(2 * SECOND).getFirst();
        apply(new Command.ChangeChain(joining));
        duty.onReport(B, new Report(List.of(new JoiningWhole(CHAIN, joining.epoch(), C)),
                List.of(), List.of()), 2 * SECOND);
        duty.onReport(A, new Report(List.of(new JoiningWhole(CHAIN, new Epoch(1), B)),
                List.of(), List.of()), 2 * SECOND);
        assertThat(plan(2 * SECOND)).singleElement()
                .extracting(ChainConfiguration::members).isEqualTo(List.of(A, B, C));
    }

    /// All heartbeats at one moment; `accuser` accuses `accused` in the present epoch.
    private void heartbeats(long nowNanos, Member accuser, Member accused) {
        Epoch epoch = state.chains().get(CHAIN).value().epoch();
        for (Member member : List.of(A, B, C, D)) {
            leases.grant(member, nowNanos);
            duty.onReport(member, new Report(List.of(), member.equals(accuser)
                    ? List.of(new Accusation(CHAIN, epoch, accused)) : List.of(),
                    List.of()), nowNanos);
        }
    }

    @Test
    void shouldGoOnWithoutAMemberOnlyWhenItSaysThatItStoodDown() {
        startChain(A, B, C);
        ChainEpoch seat = new ChainEpoch(CHAIN, new Epoch(1));
        long nowNanos = 2 * SECOND;
        for (; nowNanos < 5 * SECOND; nowNanos += SECOND / 4) {
            heartbeats(nowNanos, A, B);
            assertThat(plan(nowNanos)).isEmpty();
            assertThat(duty.standDowns(B)).isEmpty();
        }
        heartbeats(nowNanos, A, B);
        assertThat(plan(nowNanos)).as("B may still serve").isEmpty();
        assertThat(duty.standDowns(B)).containsExactly(seat);
        assertThat(duty.withheld(B, nowNanos)).as("its other chains go on").isEmpty();

        duty.onReport(B, new Report(List.of(), List.of(),
                List.of(new ChainEpoch(CHAIN, new Epoch(7)))), nowNanos);
        assertThat(plan(nowNanos)).as("a word of another epoch").isEmpty();
        duty.onReport(B, new Report(List.of(), List.of(), List.of(seat)), nowNanos);
        List<ChainConfiguration> next = plan(nowNanos);
        assertThat(next).singleElement()
                .extracting(ChainConfiguration::members).isEqualTo(List.of(A, C));
        assertThat(duty.isBeingRemoved(B)).as("its lease does not matter").isFalse();
        apply(new Command.ChangeChain(next.getFirst()));
        assertThat(plan(nowNanos)).as("it may come back as the last").singleElement()
                .extracting(ChainConfiguration::joining).isEqualTo(Optional.of(B));
    }

    @Test
    void shouldDropAJoiningReplicaThatIsCutOffFromTheQueryTail() {
        startChain(A, B);
        grantAt(2 * SECOND, A, B, C);
        ChainConfiguration joining = plan(2 * SECOND).getFirst();
        apply(new Command.ChangeChain(joining));
        List<ChainConfiguration> next = List.of();
        for (long nowNanos = 2 * SECOND; next.isEmpty(); nowNanos += SECOND / 4) {
            assertThat(nowNanos).isLessThan(8 * SECOND);
            heartbeats(nowNanos, B, C);
            next = plan(nowNanos);
        }
        assertThat(next).singleElement()
                .isEqualTo(new ChainConfiguration(
                        CHAIN, joining.epoch().next(), List.of(A, B), Optional.empty()));
    }

    @Test
    void shouldTakeTheLeaseOfAMemberThatDoesNotStandDown() {
        startChain(A, B, C);
        long nowNanos = 2 * SECOND;
        for (; duty.withheld(B, nowNanos).isEmpty(); nowNanos += SECOND / 4) {
            heartbeats(nowNanos, A, B);
            assertThat(plan(nowNanos)).isEmpty();
        }
        assertThat(nowNanos).isBetween(8 * SECOND, 9 * SECOND);
    }

    @Test
    void shouldHoldDownANodeThatComesAndGoes() {
        startChain(A, B, C);
        long nowNanos = 2 * SECOND;
        for (int life = 2; life <= 4; life++) {
            grantAt(nowNanos, A, B);
            apply(new Command.ChangeChain(plan(nowNanos).getFirst()));
            register(3, "disk-3");
            Member back = Member.of(3, life);
            long waitedNanos = 0;
            List<ChainConfiguration> joining = List.of();
            while (joining.isEmpty()) {
                waitedNanos += joining.isEmpty() ? SECOND / 4 : 0;
                nowNanos += SECOND / 4;
                grantAt(nowNanos, A, B, back);
                joining = plan(nowNanos);
            }
            assertThat(waitedNanos).isLessThanOrEqualTo((life - 1) * SECOND)
                    .isGreaterThanOrEqualTo((life - 2) * SECOND);
            apply(new Command.ChangeChain(joining.getFirst()));
            leases.end(back);
        }
    }
}
