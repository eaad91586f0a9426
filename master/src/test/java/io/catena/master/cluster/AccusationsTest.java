package io.catena.master.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.Evidence.Quarrel;
import io.catena.master.cluster.ClusterState.Stamped;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.MasterMessage.Accusation;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AccusationsTest {
    private static final long FRESH = 1_000;
    private static final Member A = Member.of(1, 1);
    private static final Member B = Member.of(2, 1);
    private static final Member C = Member.of(3, 1);
    private static final Member D = Member.of(4, 1);
    private static final ChainId CHAIN = new ChainId(1);

    private final Accusations accusations = new Accusations(FRESH);
    private final SortedMap<ChainId, Stamped<ChainConfiguration>> chains = new TreeMap<>();

    AccusationsTest() {
        configure(5);
    }

    private void configure(long epoch) {
        chains.put(CHAIN, new Stamped<>(1, new ChainConfiguration(
                CHAIN, new Epoch(epoch), List.of(A, B, C), Optional.of(D))));
    }

    private static Accusation of(long epoch, Member accused) {
        return new Accusation(CHAIN, new Epoch(epoch), accused);
    }

    private void heard(long nowNanos, Member... silent) {
        for (Member member : silent) {
            accusations.heard(member, List.of(), nowNanos);
        }
    }

    private void accuse(long nowNanos, Member accuser, Member accused) {
        accusations.heard(accuser, List.of(of(5, accused)), nowNanos);
    }

    private List<Quarrel> at(long nowNanos) {
        return accusations.evidence(chains, _ -> true, nowNanos).quarrels();
    }

    @Test
    void shouldKeepAnAccusationAsLongAsItIsRepeated() {
        accuse(0, A, B);
        accuse(900, A, B);
        heard(900, B);
        assertThat(at(1_800)).containsExactly(new Quarrel(CHAIN, A, B, 1_800));
        assertThat(at(1_901)).isEmpty();
        accuse(1_901, A, B);
        heard(1_901, B);
        assertThat(at(1_901)).as("afresh").containsExactly(new Quarrel(CHAIN, A, B, 0));
        heard(1_902, A);
        assertThat(at(1_902)).as("taken back").isEmpty();
    }

    @Test
    void shouldCountOnlyThePresentEpoch() {
        accuse(0, A, B);
        heard(0, B);
        configure(6);
        assertThat(at(1)).isEmpty();
        accusations.heard(A, List.of(of(6, B)), 2);
        assertThat(at(3)).containsExactly(new Quarrel(CHAIN, A, B, 1));
    }

    @Test
    void shouldCountOnlyMembersAboutTheirNeighbours() {
        heard(0, A, B, C, D);
        accuse(0, A, C);
        accuse(0, D, C);
        accuse(0, Member.of(9, 1), A);
        assertThat(at(0)).isEmpty();
        accuse(0, C, D);
        assertThat(at(0)).containsExactly(new Quarrel(CHAIN, C, D, 0));
    }

    @Test
    void shouldSuspectNobodyWhoFellSilentTowardsTheMasterToo() {
        heard(0, B);
        accuse(900, A, B);
        assertThat(at(1_000)).hasSize(1);
        assertThat(at(1_001)).isEmpty();
        assertThat(accusations.evidence(chains, A::equals, 900).quarrels())
                .as("no lease").isEmpty();
    }

    @Test
    void shouldPassTheBlameOnToWhomTheAccusedWaitsFor() {
        heard(0, A);
        accuse(0, C, B);
        accuse(0, B, A);
        assertThat(at(0)).containsExactly(new Quarrel(CHAIN, B, A, 0));
        accuse(1, A, B);
        assertThat(at(1)).containsExactly(
                new Quarrel(CHAIN, A, B, 0), new Quarrel(CHAIN, B, A, 1));
    }
}
