package io.catena.master.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.Placement;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodePlacing.Duty;
import io.catena.protocol.cluster.NodeRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DutiesTest {
    private static final Member A = Member.of(1, 1);
    private static final Member B = Member.of(2, 1);
    private static final Member C = Member.of(3, 1);
    private static final NodeId D = new NodeId(4);

    private ClusterState state = ClusterState.EMPTY;

    @BeforeEach
    void makeFourServersWithChainsOnThree() {
        for (int node = 1; node <= 4; node++) {
            register(node, node);
        }
        apply(new Command.CreateChains(Placement.chainsFor(List.of(A, B, C), 3)));
    }

    private Result register(int node, long token) {
        return apply(new Command.RegisterNode(
                new NodeId(node), "h" + node, 1, "d" + node, token, List.of()));
    }

    private Result apply(Command command) {
        ClusterState.Applied applied = state.apply(command);
        state = applied.state();
        return applied.result();
    }

    private Result duty(Duty duty, NodeId... nodes) {
        return apply(new Command.ChangeDuty(List.of(nodes), duty, 3));
    }

    private NodePlacing placing(NodeId node) {
        return state.nodes().get(node).value().record().placing();
    }

    private void assertRefused(Result result, String why) {
        assertThat(result).isInstanceOfSatisfying(Result.Refused.class,
                refused -> assertThat(refused.reason()).contains(why));
    }

    @Test
    void shouldKeepWhatAServerSaysOfItsDiskOverItsLivesAndItsDuties() {
        assertThat(apply(new Command.DescribeNode(D, "north", 3_700)))
                .isEqualTo(new Result.Done());
        assertThat(duty(Duty.CORDONED, D)).isEqualTo(new Result.Done());
        register(4, 44);
        assertThat(placing(D)).isEqualTo(new NodePlacing(Duty.CORDONED, "north", 3_700));
        long version = state.version();
        apply(new Command.DescribeNode(D, "north", 3_700));
        duty(Duty.CORDONED, D);
        assertThat(state.version()).as("nothing new").isEqualTo(version);
    }

    @Test
    void shouldRefuseDescriptionsThatCannotBe() {
        assertRefused(apply(new Command.DescribeNode(D, "north", 0)), "cannot be");
        assertRefused(apply(new Command.DescribeNode(new NodeId(9), "", 1)), "cannot be");
        assertRefused(apply(new Command.DescribeNode(D, "z".repeat(301), 1)), "cannot be");
    }

    @Test
    void shouldRefuseADrainThatLeavesTooFewServers() {
        assertThat(duty(Duty.DRAINING, D)).isEqualTo(new Result.Done());
        assertRefused(duty(Duty.DRAINING, A.node()), "2 servers would be left");
        duty(Duty.ACTIVE, D);
        duty(Duty.CORDONED, B.node());
        assertRefused(duty(Duty.DRAINING, A.node()), "2 servers would be left");
        assertRefused(duty(Duty.DRAINING, new NodeId(7)), "no node n7");
        assertRefused(duty(Duty.DRAINING), "no node is named");
    }

    @Test
    void shouldRemoveAServerOnlyWhenItIsDrained() {
        assertRefused(duty(Duty.REMOVED, A.node()), "not drained");
        assertRefused(duty(Duty.REMOVED, D), "not drained");
        duty(Duty.DRAINING, A.node());
        assertRefused(duty(Duty.REMOVED, A.node()), "still has a replica of c1");
        duty(Duty.ACTIVE, A.node());
        apply(new Command.RegisterNode(new NodeId(4, 2), "h4", 1, "d42", 42, List.of()));
        duty(Duty.DRAINING, D, new NodeId(4, 2));
        assertRefused(duty(Duty.REMOVED, D), "all its nodes");
        assertThat(duty(Duty.REMOVED, D, new NodeId(4, 2))).isEqualTo(new Result.Done());
    }

    @Test
    void shouldNeverTakeARemovedNodeAgain() {
        duty(Duty.DRAINING, D);
        long before = state.version();
        duty(Duty.REMOVED, D);
        assertThat(state.memberOf(D)).isEmpty();
        assertThat(state.since(before).nodes()).filteredOn(NodeRecord::isRemoved)
                .extracting(NodeRecord::id).containsExactly(D);
        assertRefused(register(4, 44), "was removed");
        assertRefused(duty(Duty.ACTIVE, D), "no node n4");
        assertThat(StateWire.decodeState(StateWire.encode(state))).isEqualTo(state);
    }

    private static ChainConfiguration chain(int id, long epoch, Member... members) {
        return new ChainConfiguration(
                new ChainId(id), new Epoch(epoch), List.of(members), Optional.empty());
    }

    @Test
    void shouldAddChainsBehindTheLast() {
        Member d = Member.of(4, 1);
        assertThat(apply(new Command.AddChains(List.of(chain(9, 1, d, A, B), chain(10, 1, C, d)))))
                .isEqualTo(new Result.Done());
        assertThat(state.chains()).hasSize(10);
        assertThat(state.chains().get(new ChainId(9)).value()).isEqualTo(chain(9, 1, d, A, B));
    }

    @Test
    void shouldRefuseChainsThatCannotBeTheNext() {
        Member d = Member.of(4, 1);
        duty(Duty.CORDONED, C.node());
        for (ChainConfiguration wrong : List.of(chain(8, 1, d, A), chain(10, 1, d, A),
                chain(9, 2, d, A), chain(9, 1, Member.of(4, 2), A), chain(9, 1, C, A),
                chain(9, 1, Member.of(5, 1), A))) {
            assertRefused(apply(new Command.AddChains(List.of(wrong))), "cannot be the next");
        }
        assertRefused(apply(new Command.AddChains(List.of())), "none to add");
        assertThat(state.chains()).hasSize(8);
    }

    @Test
    void shouldKeepTheLayoutOfItsCommands() {
        assertThat(HexFormat.of().formatHex(StateWire.encode(
                new Command.ChangeDuty(List.of(new NodeId(2, 3)), Duty.DRAINING, 3))))
                .isEqualTo("34" + "00000001" + "02000002" + "03" + "00000003");
        assertThat(HexFormat.of().formatHex(StateWire.encode(
                new Command.DescribeNode(new NodeId(1), "z", 5))))
                .isEqualTo("33" + "00000001" + "000000017a" + "0000000000000005");
    }
}
