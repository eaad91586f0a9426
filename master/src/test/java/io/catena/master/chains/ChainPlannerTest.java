package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainPlannerTest {
    private static final Member A = Member.of(1, 1);
    private static final Member B = Member.of(2, 1);
    private static final Member C = Member.of(3, 1);
    private static final Member D = Member.of(4, 1);
    private static final Member A2 = Member.of(1, 2);

    private static ChainConfiguration chain(long epoch, List<Member> members, Member joining) {
        return new ChainConfiguration(
                new ChainId(1), new Epoch(epoch), members, Optional.ofNullable(joining));
    }

    private static ChainView view(List<Member> live, List<Member> dead) {
        return new ChainView(
                live, dead, List.of(), Optional.empty(), List.of(), live, List.of(), 3);
    }

    @Test
    void shouldLeaveACompleteChainAlone() {
        assertThat(ChainPlanner.next(
                chain(1, List.of(A, B, C), null), view(List.of(A, B, C), List.of()))).isEmpty();
    }

    @Test
    void shouldRemoveAllDeadMembersAtOnceAndTheJoiningReplicaWithThem() {
        assertThat(ChainPlanner.next(
                chain(4, List.of(A, B, C), D), view(List.of(B, D), List.of(A, C))))
                .contains(new Change.Remove(chain(5, List.of(B), null)));
    }

    @Test
    void shouldRemoveNobodyWhileNoRemainingMemberIsKnownToLive() {
        assertThat(ChainPlanner.next(
                chain(1, List.of(A, B), null), view(List.of(C), List.of(A)))).isEmpty();
    }

    @Test
    void shouldDropADeadJoiningReplica() {
        assertThat(ChainPlanner.next(
                chain(2, List.of(A, B), C), view(List.of(A, B), List.of(C))))
                .contains(new Change.DropJoining(chain(3, List.of(A, B), null)));
    }

    @Test
    void shouldPromoteOnlyOnTheWordOfThisEpoch() {
        ChainConfiguration current = chain(7, List.of(A, B), C);
        List<Member> live = List.of(A, B, C);
        var thisEpoch = new ChainView(live, List.of(), List.of(), Optional.empty(),
                List.of(new ChainView.Whole(new Epoch(7), C)), live, List.of(), 3);
        var formerEpoch = new ChainView(live, List.of(), List.of(), Optional.empty(),
                List.of(new ChainView.Whole(new Epoch(6), C)), live, List.of(), 3);
        var formerLife = new ChainView(live, List.of(), List.of(), Optional.empty(),
                List.of(new ChainView.Whole(new Epoch(7), Member.of(3, 9))), live, List.of(), 3);
        assertThat(ChainPlanner.next(current, thisEpoch))
                .contains(new Change.Promote(chain(8, List.of(A, B, C), null)));
        assertThat(ChainPlanner.next(current, formerEpoch)).isEmpty();
        assertThat(ChainPlanner.next(current, formerLife)).isEmpty();
    }

    @Test
    void shouldNotPromoteAReplicaThatIsNotKnownToLive() {
        var view = new ChainView(List.of(A, B), List.of(), List.of(), Optional.empty(),
                List.of(new ChainView.Whole(new Epoch(7), C)), List.of(), List.of(), 3);
        assertThat(ChainPlanner.next(chain(7, List.of(A, B), C), view)).isEmpty();
    }

    @Test
    void shouldAppendTheBestCandidateWithoutASeat() {
        var view = new ChainView(List.of(A, B, C, D), List.of(), List.of(),
                Optional.empty(), List.of(),
                List.of(A, D, C), List.of(), 3);
        assertThat(ChainPlanner.next(chain(1, List.of(A, B), null), view))
                .contains(new Change.Append(chain(2, List.of(A, B), D)));
    }

    @Test
    void shouldNotAppendAnotherDiskOfAMembersServer() {
        Member a2 = new Member(new NodeId(1, 2), A.incarnation());
        Member c2 = new Member(new NodeId(3, 2), C.incarnation());
        var view = new ChainView(List.of(A, B, a2, c2), List.of(), List.of(),
                Optional.empty(), List.of(), List.of(a2, c2), List.of(), 3);
        assertThat(ChainPlanner.next(chain(1, List.of(A, B), null), view))
                .contains(new Change.Append(chain(2, List.of(A, B), c2)));
    }

    @Test
    void shouldNotAppendANewLifeOfAMemberBesideItsFormerOne() {
        assertThat(ChainPlanner.next(
                chain(1, List.of(A, B), null), view(List.of(A2, B), List.of()))).isEmpty();
    }

    @Test
    void shouldStartAgainWithAMemberThatIsBackOnItsDisk() {
        var back = new ChainView.Returned(A2, 1, false);
        var view = new ChainView(
                List.of(A2, D), List.of(A, B), List.of(), Optional.empty(), List.of(),
                List.of(A2, D), List.of(back), 3);
        assertThat(ChainPlanner.next(chain(3, List.of(A, B), null), view))
                .contains(new Change.Restart(chain(4, List.of(A2), null)));
    }

    @Test
    void shouldNotStartAgainWithAnotherDiskAPartialReplicaOrAFormerMember() {
        ChainConfiguration last = chain(3, List.of(A, B), null);
        for (ChainView.Returned back : List.of(
                new ChainView.Returned(A2, 2, false),
                new ChainView.Returned(A2, 1, true),
                new ChainView.Returned(Member.of(3, 2), 1, false))) {
            var view = new ChainView(List.of(A2, Member.of(3, 2)), List.of(A, B), List.of(),
                    Optional.empty(), List.of(), List.of(), List.of(back), 3);
            assertThat(ChainPlanner.next(last, view)).isEmpty();
        }
    }

    @Test
    void shouldNotStartAgainWhileAFormerMemberMayServe() {
        var back = new ChainView.Returned(A2, 1, false);
        var view = new ChainView(
                List.of(A2), List.of(A), List.of(), Optional.empty(), List.of(), List.of(),
                List.of(back), 3);
        assertThat(ChainPlanner.next(chain(3, List.of(A, B), null), view)).isEmpty();
    }
}
