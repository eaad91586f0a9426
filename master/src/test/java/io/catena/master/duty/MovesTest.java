package io.catena.master.duty;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.Change;
import io.catena.master.chains.ChainPlanner;
import io.catena.master.chains.Placement;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.master.cluster.Result;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodePlacing.Duty;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.protocol.message.MasterMessage.Report;
import io.catena.protocol.message.MovesPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// A leader and nodes that obey at once, on a clock of the test's own: every proposal is applied,
/// every joining replica is whole at the next look, who is asked to stand down does.
class MovesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long STEP_NANOS = SECOND / 4;
    private static final MoveSettings SETTINGS = new MoveSettings(2, 5 * SECOND, 60 * SECOND);

    private final Leases leases = new Leases(SECOND, 0);
    private final ChainDuty duty = new ChainDuty(new DutySettings(
            List.of(new NodeId(1)), 3, SECOND, 60 * SECOND, 3 * SECOND, SECOND, SETTINGS),
            leases, ChainPlanner::next);
    private final SortedSet<Member> down = new TreeSet<>();
    private final TreeMap<Member, List<ChainEpoch>> stoodDown = new TreeMap<>();
    private ClusterState state = ClusterState.EMPTY;
    private long nowNanos = 2 * SECOND;
    private boolean copiesEnd = true;
    private int copiesMost;
    private int planned;
    /// Members that a chain may be short of while its head is turned.
    private int turning;

    private Result apply(Command command) {
        ClusterState.Applied applied = state.apply(command);
        state = applied.state();
        duty.onState(state);
        return applied.result();
    }

    private void register(int server) {
        apply(new Command.RegisterNode(new NodeId(server), "h", 1, "disk-" + server,
                state.version() + 1, List.of()));
    }

    private void servers(int count) {
        for (int server = state.nodes().size() + 1; server <= count; server++) {
            register(server);
        }
    }

    private void found(int count) {
        servers(count);
        apply(new Command.CreateChains(Placement.chainsFor(
                live(), 3)));
    }

    private List<Member> live() {
        return state.nodes().keySet().stream().flatMap(node -> state.memberOf(node).stream())
                .filter(member -> !down.contains(member)).toList();
    }

    private List<ChainConfiguration> chains() {
        return state.chains().values().stream().map(ClusterState.Stamped::value).toList();
    }

    private Result duty(Duty next, int... servers) {
        List<NodeId> nodes = new ArrayList<>();
        for (int server : servers) {
            nodes.add(new NodeId(server));
        }
        return apply(new Command.ChangeDuty(nodes, next, duty.replicas(state)));
    }

    private void step() {
        nowNanos += STEP_NANOS;
        for (Member member : live()) {
            leases.grant(member, nowNanos);
            duty.onReport(member, new Report(whole(member), List.of(),
                    stoodDown.getOrDefault(member, List.of())), nowNanos);
        }
        for (ChainDuty.Planned change : duty.plan(state, nowNanos)) {
            check(change);
            assertThat(apply(new Command.ChangeChain(change.change().next())))
                    .isEqualTo(new Result.Done());
        }
        copiesMost = Math.max(copiesMost, (int) chains().stream()
                .filter(chain -> chain.joining().isPresent()).count());
        live().forEach(member -> stoodDown.put(member, duty.standDowns(member)));
    }

    private List<JoiningWhole> whole(Member reporter) {
        return chains().stream().filter(chain -> chain.queryTail().equals(reporter))
                .flatMap(chain -> chain.joining().stream().filter(_ -> copiesEnd)
                        .map(joining -> new JoiningWhole(chain.chain(), chain.epoch(), joining)))
                .toList();
    }

    /// Nobody who lives leaves a chain that would be too short then, but for a turn.
    private void check(ChainDuty.Planned change) {
        List<Member> left = new ArrayList<>(change.from().members());
        left.removeAll(change.change().next().members());
        boolean alive = left.stream().noneMatch(down::contains);
        if (change.change() instanceof Change.Remove && alive) {
            planned++;
            assertThat(change.change().next().members())
                    .hasSizeGreaterThanOrEqualTo(Math.min(3, live().size()) - turning);
        }
    }

    private void stepUntil(BooleanSupplier holds) {
        for (int steps = 0; !holds.getAsBoolean(); steps++) {
            assertThat(steps).as("steps, %s, %s", rest(), chains()).isLessThan(2_000);
            step();
        }
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    private MovesPlan rest() {
        return duty.preview(state, List.of(), nowNanos);
    }

    private long seats(int server) {
        return chains().stream().filter(chain -> chain.path().stream()
                .anyMatch(member -> member.node().server() == server)).count();
    }

    private boolean isComplete(int members) {
        return chains().stream().allMatch(chain -> chain.members().size() == members
                && chain.joining().isEmpty());
    }

    @Test
    void shouldLengthenChainsAsServersCome() {
        found(1);
        stepUntil(() -> isComplete(1));
        servers(2);
        stepUntil(() -> isComplete(2));
        servers(3);
        stepUntil(() -> isComplete(3));
        assertThat(chains()).hasSize(8);
        assertThat(planned).isZero();
    }

    @Test
    void shouldGiveANewServerItsPartBoundedAndOneReplicaMoreMeanwhile() {
        found(3);
        servers(4);
        steps(18);
        assertThat(seats(4)).as("not before everything was quiet for a while").isZero();
        stepUntil(() -> seats(4) == 6 && isComplete(3));
        assertThat(planned).isEqualTo(6);
        assertThat(copiesMost).as("a node takes one planned copy").isEqualTo(1);
        assertThat(rest().moves()).isEmpty();
    }

    @Test
    void shouldMoveNothingWhileAChainIsShort() {
        found(3);
        servers(4);
        down.add(Member.of(2, 1));
        steps(60);
        assertThat(seats(2)).isZero();
        assertThat(seats(4)).as("server 2 may come back").isZero();
        assertThat(rest().waitsFor()).contains("has 2 of 3 members");
    }

    @Test
    void shouldEmptyADrainedServerAndThenRemoveIt() {
        found(4);
        assertThat(duty.preview(state, List.of(new NodeId(1)), nowNanos).moves()).isEmpty();
        step();
        int seats = (int) seats(1);
        assertThat(duty.preview(state, List.of(new NodeId(1)), nowNanos).moves())
                .hasSizeGreaterThanOrEqualTo(seats)
                .filteredOn(move -> move.from().equals(new NodeId(1))).hasSize(seats);
        assertThat(duty(Duty.DRAINING, 1)).isEqualTo(new Result.Done());
        assertThat(duty(Duty.REMOVED, 1)).isInstanceOf(Result.Refused.class);
        stepUntil(() -> seats(1) == 0 && isComplete(3));
        assertThat(copiesMost).isLessThanOrEqualTo(SETTINGS.copiesMax());
        assertThat(duty(Duty.REMOVED, 1)).isEqualTo(new Result.Done());
        steps(40);
        assertThat(duty.replicas(state)).isEqualTo(3);
        assertThat(duty(Duty.DRAINING, 2)).isInstanceOf(Result.Refused.class);
    }

    @Test
    void shouldKeepWhatIsMovedWhenADrainIsPausedAndTakeItBackWhenItIsCancelled() {
        found(4);
        duty(Duty.DRAINING, 1);
        long before = seats(1);
        stepUntil(() -> seats(1) == before - 2);
        duty(Duty.CORDONED, 1);
        stepUntil(() -> isComplete(3));
        long paused = seats(1);
        steps(60);
        assertThat(seats(1)).isEqualTo(paused).isPositive();
        duty(Duty.ACTIVE, 1);
        stepUntil(() -> seats(1) >= 7 && isComplete(3));
    }

    @Test
    void shouldDropACopyToANodeThatIsDrainedMeanwhile() {
        found(4);
        servers(5);
        copiesEnd = false;
        stepUntil(() -> seats(5) > 0);
        duty(Duty.DRAINING, 5);
        step();
        assertThat(seats(5)).isZero();
        assertThat(chains()).allMatch(chain -> chain.members().size() == 3);
    }

    @Test
    void shouldRepairFirstWhenANodeDiesDuringAMove() {
        found(4);
        servers(5);
        copiesEnd = false;
        stepUntil(() -> seats(5) > 0);
        down.add(Member.of(1, 1));
        stepUntil(() -> seats(1) == 0);
        copiesEnd = true;
        planned = 0;
        stepUntil(() -> isComplete(3));
        assertThat(planned).as("chains are repaired before anything moves").isZero();
        stepUntil(() -> rest().moves().isEmpty() && isComplete(3));
        assertThat(seats(5)).isGreaterThanOrEqualTo(7);
    }

    @Test
    void shouldNotWaitForALostNodeWhenOneCopyIsLeft() {
        found(4);
        step();
        ChainConfiguration chain = chains().getFirst();
        down.addAll(chain.members().subList(0, 2));
        steps(12);
        ChainConfiguration now = state.chains().get(chain.chain()).value();
        assertThat(now.members()).hasSize(2).contains(chain.members().getLast());
    }

    /// It could not take its seats back from there: a chain has one disk of a server.
    @Test
    void shouldNotGiveALostDisksSeatsToAnotherDiskOfItsServerEarly() {
        found(3);
        NodeId other = new NodeId(2, 2);
        apply(new Command.RegisterNode(
                other, "h", 1, "disk-2-2", state.version() + 1, List.of()));
        step();
        down.addAll(List.of(Member.of(2, 1), Member.of(3, 1)));
        steps(12);
        assertThat(chains()).allMatch(chain -> chain.path().equals(List.of(Member.of(1, 1))));
        register(2);
        stepUntil(() -> seats(2) == chains().size());
        assertThat(chains()).noneMatch(chain -> chain.path().stream()
                .anyMatch(seat -> seat.node().equals(other)));
    }

    @Test
    void shouldGiveANodeItsPartAgainWhenItComesBackLate() {
        found(4);
        step();
        down.add(Member.of(1, 1));
        stepUntil(() -> seats(1) == 0);
        stepUntil(() -> isComplete(3));
        register(1);
        stepUntil(() -> seats(1) >= 7 && isComplete(3));
    }

    @Test
    void shouldTurnHeadsAfterAFailureOneAtATime() {
        found(3);
        step();
        down.add(Member.of(1, 1));
        stepUntil(() -> isComplete(2));
        register(1);
        stepUntil(() -> isComplete(3));
        assertThat(heads(1)).isZero();
        turning = 1;
        int before = planned;
        stepUntil(() -> planned == before + 1);
        long turnedNanos = nowNanos;
        stepUntil(() -> planned == before + 2);
        assertThat(nowNanos - turnedNanos).isGreaterThanOrEqualTo(55 * SECOND);
        stepUntil(() -> heads(1) >= 1 && isComplete(3));
    }

    /// The head has stood down for a turn when the tail dies: it stays, and serves again.
    @Test
    void shouldKeepWhoStoodDownByPlanWhenAnotherMemberDies() {
        found(3);
        step();
        down.add(Member.of(1, 1));
        stepUntil(() -> isComplete(2));
        register(1);
        stepUntil(() -> isComplete(3));
        stepUntil(() -> stoodDown.values().stream().anyMatch(seats -> !seats.isEmpty()));
        ChainEpoch turned = stoodDown.values().stream().flatMap(List::stream).findFirst()
                .orElseThrow();
        ChainConfiguration before = state.chains().get(turned.chain()).value();
        down.add(before.queryTail());
        leases.end(before.queryTail());
        step();
        assertThat(state.chains().get(turned.chain()).value().members())
                .isEqualTo(before.members().subList(0, 2));
    }

    private long heads(int server) {
        return chains().stream().filter(chain -> chain.head().node().server() == server).count();
    }

    @Test
    void shouldAddChainsWhenTheClusterHasGrown() {
        found(3);
        servers(6);
        assertThat(duty.grow(state, nowNanos)).isEmpty();
        steps(30);
        Command grow = duty.grow(state, nowNanos).orElseThrow();
        assertThat(apply(grow)).isEqualTo(new Result.Done());
        assertThat(chains()).hasSize(16);
        stepUntil(() -> rest().moves().isEmpty() && isComplete(3));
        for (int server = 1; server <= 6; server++) {
            assertThat(seats(server)).isBetween(7L, 9L);
        }
        assertThat(duty.grow(state, nowNanos)).isEmpty();
    }

    /// Everybody leaves in order: each chain keeps two members, and either may start it again.
    @Test
    void shouldKeepTwoMembersWhenEverybodyLeaves() {
        found(3);
        step();
        for (int server = 1; server <= 3; server++) {
            Member leaver = Member.of(server, 1);
            leases.end(leaver);
            down.add(leaver);
            step();
        }
        assertThat(chains()).allMatch(chain -> chain.members().size() == 2);
    }

    @Test
    void shouldGoDownToOneMemberWhenTheOtherStays() {
        found(2);
        step();
        leases.end(Member.of(2, 1));
        down.add(Member.of(2, 1));
        step();
        assertThat(chains()).allMatch(chain -> chain.members().size() == 2);
        steps(10);
        assertThat(chains()).allMatch(chain -> chain.members().equals(List.of(Member.of(1, 1))));
    }
}
