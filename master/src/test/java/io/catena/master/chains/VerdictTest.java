package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.Evidence.Quarrel;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final long MILLI = 1_000_000L;
    private static final long NEW = 100 * MILLI;
    private static final long SETTLED = 1_000 * MILLI;
    private static final long LONG = 3_000 * MILLI;
    private static final Member A = Member.of(1, 1);
    private static final Member B = Member.of(2, 1);
    private static final Member C = Member.of(3, 1);
    private static final Member D = Member.of(4, 1);
    private static final ChainId CHAIN = new ChainId(1);
    private static final ChainId OTHER = new ChainId(2);
    private static final List<Member> ALL = List.of(A, B, C, D);
    private static final ChainConfiguration ABC = chain(null, A, B, C);
    private static final ChainConfiguration JOINING = chain(D, A, B, C);

    private static ChainConfiguration chain(Member joining, Member... members) {
        return new ChainConfiguration(
                CHAIN, new Epoch(1), List.of(members), Optional.ofNullable(joining));
    }

    private static Quarrel quarrel(ChainId chain, Member accuser, Member accused, long stands) {
        return new Quarrel(chain, accuser, accused, stands);
    }

    private static Optional<Member> against(ChainConfiguration chain, Quarrel... quarrels) {
        return against(chain, List.of(), quarrels);
    }

    private static Optional<Member> against(
            ChainConfiguration chain, List<NodeId> leaving, Quarrel... quarrels) {
        return Verdict.against(chain, new Evidence(List.of(quarrels)), ALL, leaving, LONG);
    }

    @Test
    void shouldDropTheOneNearerToTheTailOfACutPairAfterAWhile() {
        assertThat(against(ABC, quarrel(CHAIN, A, B, LONG - 1))).isEmpty();
        assertThat(against(ABC, quarrel(CHAIN, A, B, LONG))).contains(B);
        assertThat(against(ABC, quarrel(CHAIN, B, A, LONG))).contains(B);
        assertThat(against(chain(null, C, B, A), quarrel(CHAIN, B, A, LONG))).contains(A);
    }

    @Test
    void shouldRatherDropTheOneOfAPairThatIsLeavingOtherChains() {
        assertThat(against(ABC, List.of(A.node()), quarrel(CHAIN, A, B, LONG))).contains(A);
    }

    @Test
    void shouldDropANodeAtOnceThatTwoOthersAccuseInWhateverChains() {
        Quarrel here = quarrel(CHAIN, A, B, SETTLED);
        assertThat(against(ABC, here, quarrel(OTHER, C, B, SETTLED))).contains(B);
        assertThat(against(ABC, here, quarrel(OTHER, C, B, NEW))).isEmpty();
        assertThat(against(ABC, here, quarrel(OTHER, A, B, SETTLED)))
                .as("one accuser in two chains").isEmpty();
        assertThat(against(ABC, quarrel(OTHER, A, B, LONG), quarrel(OTHER, C, B, LONG)))
                .as("nothing is wrong in this chain").isEmpty();
    }

    @Test
    void shouldDropTheAccuserWhoCannotWorkWithTwoOthers() {
        assertThat(against(ABC, quarrel(CHAIN, A, B, SETTLED), quarrel(OTHER, A, C, SETTLED)))
                .contains(A);
        assertThat(against(ABC, quarrel(CHAIN, A, B, SETTLED), quarrel(OTHER, C, A, SETTLED)))
                .contains(A);
    }

    /// One wire is cut, over which chains of all disks of two servers go.
    @Test
    void shouldTakeTheDisksOfAServerForOne() {
        Member a2 = new Member(new NodeId(1, 2), new Incarnation(1));
        Member b2 = new Member(new NodeId(2, 2), new Incarnation(1));
        Quarrel here = quarrel(CHAIN, A, B, LONG);
        Quarrel there = quarrel(OTHER, a2, B, LONG);
        Quarrel beyond = quarrel(OTHER, A, b2, LONG);
        assertThat(against(ABC, here, there, beyond)).contains(B);
        assertThat(against(ABC, List.of(A.node()), here, there, beyond)).contains(A);
        assertThat(against(ABC, here, there, quarrel(OTHER, C, b2, LONG)))
                .as("another server too").contains(B);
    }

    @Test
    void shouldWaitWhileSomebodyElseInTheChainMayBeDead() {
        assertThat(Verdict.against(ABC, new Evidence(List.of(quarrel(CHAIN, A, B, LONG))),
                List.of(A, B), List.of(), LONG)).isEmpty();
    }

    @Test
    void shouldDropAJoiningReplicaRatherThanTheQueryTail() {
        assertThat(against(JOINING, quarrel(CHAIN, C, D, LONG))).contains(D);
        assertThat(against(JOINING, quarrel(CHAIN, C, D, SETTLED))).isEmpty();
        assertThat(against(JOINING, quarrel(CHAIN, C, D, SETTLED), quarrel(OTHER, A, D, SETTLED)))
                .contains(D);
    }

    @Test
    void shouldNeverDropTheLastMember() {
        assertThat(against(chain(D, A), quarrel(CHAIN, A, D, SETTLED),
                quarrel(OTHER, A, B, SETTLED))).isEmpty();
    }

    /// Every set of quarrels over the links of a chain of three with one joining and a link of
    /// another chain, each in both directions and of each age, with each node leaving or none.
    @Test
    void shouldKeepItsRulesOverAllSmallStates() {
        int states = 0;
        for (Optional<Quarrel> ab : quarrels(CHAIN, A, B)) {
            for (Optional<Quarrel> bc : quarrels(CHAIN, B, C)) {
                for (Optional<Quarrel> cd : quarrels(CHAIN, C, D)) {
                    for (Optional<Quarrel> other : quarrels(OTHER, A, C)) {
                        List<Quarrel> all = new ArrayList<>();
                        List.of(ab, bc, cd, other).forEach(one -> one.ifPresent(all::add));
                        for (int leaving = 0; leaving <= 4; leaving++) {
                            check(all, leaving == 0 ? List.of() : List.of(new NodeId(leaving)));
                            states++;
                        }
                    }
                }
            }
        }
        assertThat(states).isEqualTo(7 * 7 * 7 * 7 * 5);
    }

    private static List<Optional<Quarrel>> quarrels(ChainId chain, Member one, Member two) {
        List<Optional<Quarrel>> all = new ArrayList<>(List.of(Optional.empty()));
        for (long stands : new long[] {NEW, SETTLED, LONG}) {
            all.add(Optional.of(quarrel(chain, one, two, stands)));
            all.add(Optional.of(quarrel(chain, two, one, stands)));
        }
        return all;
    }

    private static void check(List<Quarrel> quarrels, List<NodeId> leaving) {
        Evidence evidence = new Evidence(quarrels);
        Optional<Member> verdict = Verdict.against(JOINING, evidence, ALL, leaving, LONG);
        verdict.ifPresent(member -> assertThat(evidence.in(CHAIN))
                .as("%s for %s", member, quarrels)
                .anyMatch(quarrel -> quarrel.isOf(member) && quarrel.isSettled()));
        boolean stalls = evidence.in(CHAIN).stream()
                .anyMatch(quarrel -> quarrel.standsNanos() >= LONG);
        if (stalls && quarrels.stream().allMatch(Quarrel::isSettled)) {
            assertThat(verdict).as("no stall for ever: %s", quarrels).isPresent();
        }
        if (quarrels.size() == 1 && verdict.isPresent()) {
            assertThat(quarrels.getFirst().standsNanos()).isEqualTo(LONG);
        }
    }
}
