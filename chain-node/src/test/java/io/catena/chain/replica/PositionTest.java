package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static io.catena.chain.replica.Driven.put;
import static io.catena.chain.replica.Driven.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Position;
import io.catena.protocol.invariant.InvariantViolation;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rows of the table in [Replica]: what each position does with updates.
class PositionTest {
    /// A's next life.
    private static final Member A2 = Member.of(1, 2);

    @Test
    void shouldAppendAndForwardAtOnceAsHead() {
        Driven head = Driven.seated(A, A, B, C);

        head.write(put(KEY, "t"));

        assertThat(head.take()).hasExactlyElementsOfTypes(Effect.Append.class, Effect.Send.class);
        assertThat(head.status().role()).isEqualTo(ReplicaStatus.Role.HEAD);
    }

    @Test
    void shouldAnswerAsHeadOnlyWhenTheChainHasCommitted() {
        Driven head = Driven.seated(A, A, B, C);
        long ticket = head.write(put(KEY, "t"));

        head.flushed(1);
        assertThat(head.reply(ticket)).isEmpty();

        head.receive(B, new ChainMessage.Acknowledge(1));
        assertThat(head.reply(ticket)).contains(new ClientReply.Stored(Position.of(1, 1)));
    }

    @Test
    void shouldCommitAsSoleMemberWhenItsOwnDiskIsDone() {
        Driven sole = Driven.seated(A, A);
        long ticket = sole.write(put(KEY, "t"));

        assertThat(sole.reply(ticket)).isEmpty();
        sole.flushed(1);

        assertThat(sole.reply(ticket)).contains(new ClientReply.Stored(Position.of(1, 1)));
        assertThat(sole.status().role()).isEqualTo(ReplicaStatus.Role.SOLE);
    }

    @Test
    void shouldForwardAsMiddleBeforeItsOwnDiskIsDone() {
        Driven middle = Driven.seated(B, A, B, C);

        middle.append(A, update(1, 1));

        assertThat(middle.takeSent(C)).containsExactly(new ChainMessage.Append(update(1, 1)));
    }

    @Test
    void shouldTellTheSuccessorOnlyWhatIsDurableOnAllBefore() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.append(A, update(1, 1), update(1, 2)).flushed(2).take();

        middle.receive(A, new ChainMessage.DurableThrough(1));

        assertThat(middle.takeSent(C)).containsExactly(new ChainMessage.DurableThrough(1));
    }

    @Test
    void shouldNotCommitAsMiddleBeforeTheSuccessorAcknowledges() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.append(A, update(1, 1)).flushed(1).receive(A, new ChainMessage.DurableThrough(1));
        assertThat(middle.status().committedSeq()).isZero();
        middle.take();

        middle.receive(C, new ChainMessage.Acknowledge(1));

        assertThat(middle.status().committedSeq()).isEqualTo(1);
        assertThat(middle.takeSent(A)).containsExactly(new ChainMessage.Acknowledge(1));
    }

    @Test
    void shouldCommitAsTailWhatIsDurableHereAndBefore() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.append(B, update(1, 1), update(1, 2));

        tail.flushed(2);
        assertThat(tail.status().committedSeq()).isZero();
        tail.take();
        tail.receive(B, new ChainMessage.DurableThrough(1));

        assertThat(tail.status().committedSeq()).isEqualTo(1);
        assertThat(tail.takeSent(B)).containsExactly(new ChainMessage.Acknowledge(1));
    }

    @Test
    void shouldNotCommitAsTailWhatIsDurableBeforeButNotHere() {
        Driven tail = Driven.seated(C, A, B, C);

        tail.append(B, update(1, 1)).receive(B, new ChainMessage.DurableThrough(1));

        assertThat(tail.status().committedSeq()).isZero();
    }

    @Test
    void shouldApplyOnlyWhatIsCommitted() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.append(B, update(1, 1), update(1, 2)).flushed(2).take();

        tail.receive(B, new ChainMessage.DurableThrough(1));

        assertThat(tail.take()).contains(new Effect.Apply(1)).doesNotContain(new Effect.Apply(2));
    }

    @Test
    void shouldIgnoreMessagesOfAnotherEpoch() {
        Driven tail = Driven.seated(C, A, B, C);

        tail.receive(new Epoch(2), B, new ChainMessage.Append(update(1, 1)));
        tail.receive(Epoch.NONE, B, new ChainMessage.Append(update(1, 1)));

        assertThat(tail.status().endSeq()).isZero();
    }

    @Test
    void shouldIgnoreUpdatesThatDoNotComeFromThePredecessor() {
        Driven tail = Driven.seated(C, A, B, C);

        tail.append(A, update(1, 1));

        assertThat(tail.status().endSeq()).isZero();
    }

    @Test
    void shouldTakeAnUpdateOnceAndWaitAtAGap() {
        Driven tail = Driven.seated(C, A, B, C);

        tail.append(B, update(1, 1), update(1, 1), update(1, 3));

        assertThat(tail.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldStopWhenLogsDiverge() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.append(B, update(1, 1));
        tail.adopt(Driven.configuration(3, List.of(B, C)));
        tail.receive(B, new ChainMessage.Hello());

        assertThatThrownBy(() -> tail.append(B, update(2, 1)))
                .isInstanceOf(InvariantViolation.class);
    }

    @Test
    void shouldRefuseEverythingWithoutASeat() {
        Driven nobody = new Driven(Driven.D);
        nobody.adopt(Driven.configuration(1, List.of(A, B, C)));

        long ticket = nobody.get(KEY);

        assertThat(nobody.reply(ticket)).get().isInstanceOf(ClientReply.AskAnother.class);
        assertThat(nobody.status().role()).isEqualTo(ReplicaStatus.Role.NONE);
    }

    @Test
    void shouldRefuseToBeAMemberWithAnythingLessThanTheWholeChain() {
        Driven partial = new Driven(A, new RecoveredReplica(
                Position.of(1, 5), true, false, 6, List.of(), List.of()));

        assertThatThrownBy(() -> partial.adopt(Driven.configuration(9, List.of(A))))
                .isInstanceOf(InvariantViolation.class);
    }

    @Test
    void shouldStartTheChainAgainAloneWithAllItHeldDurably() {
        Driven back = new Driven(A2, new RecoveredReplica(
                Position.of(1, 1), true, true, 2, List.of(update(1, 2)), List.of()));
        back.adopt(Driven.configuration(4, List.of(B, C)));

        back.adopt(Driven.configuration(5, List.of(A2)));

        assertThat(back.status().committedSeq()).isEqualTo(2);
        assertThat(back.status().role()).isEqualTo(ReplicaStatus.Role.SOLE);
    }

    @Test
    void shouldAnswerNothingAndTakeNothingAfterTheDiskFailed() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.step(new Input.DiskFailed("flush failed")).take();

        long ticket = tail.get(KEY);
        tail.append(B, update(1, 1));

        assertThat(tail.reply(ticket)).get().isInstanceOf(ClientReply.AskAnother.class);
        assertThat(tail.take()).hasOnlyElementsOfType(Effect.Reply.class);
    }
}
