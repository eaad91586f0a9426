package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.D;
import static io.catena.chain.replica.Driven.KEY;
import static io.catena.chain.replica.Driven.configuration;
import static io.catena.chain.replica.Driven.joining;
import static io.catena.chain.replica.Driven.put;
import static io.catena.chain.replica.Driven.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The cells of the table in [Replica]: what a replica does when one of its three choices changes.
class TransitionTest {
    @Test
    void shouldBeConfirmedAndServeAtOnceWhenItBecomesHead() {
        Driven replica = Driven.seated(B, A, B, C);
        replica.append(A, update(1, 1));

        replica.adopt(configuration(2, List.of(B, C)));

        assertThat(replica.status().confirmed()).isTrue();
        assertThat(replica.status().serving()).isTrue();
        assertThat(replica.takeSent(C)).contains(new ChainMessage.Hello());
        replica.write(put(KEY, "t"));
        assertThat(replica.status().endSeq()).isEqualTo(2);
    }

    @Test
    void shouldKnowAsNewHeadWhatTheOldOneAdmitted() {
        Driven replica = Driven.seated(B, A, B, C);
        replica.append(A, update(1, 1)).flushed(1).adopt(configuration(2, List.of(B, C)));

        long ticket = replica.write(new RequestId(77, 1), put(KEY, "t1"));
        replica.receive(C, new ChainMessage.Acknowledge(1));

        assertThat(replica.reply(ticket)).contains(new ClientReply.Stored(Position.of(1, 1)));
        assertThat(replica.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldTellANewPredecessorHowMuchItHas() {
        Driven replica = Driven.seated(C, A, B, C);
        replica.append(B, update(1, 1)).adopt(configuration(2, List.of(A, C))).take();
        assertThat(replica.status().confirmed()).isFalse();

        replica.receive(A, new ChainMessage.Hello());

        assertThat(replica.takeSent(A)).first()
                .isEqualTo(new ChainMessage.At(Position.of(1, 1), 0));
        assertThat(replica.status().confirmed()).isTrue();
    }

    @Test
    void shouldEndPendingWritesAsUnknownWhenItIsNoLongerHead() {
        Driven head = Driven.seated(A, A, B, C);
        long ticket = head.write(put(KEY, "t"));

        head.adopt(configuration(2, List.of(B, C)));

        assertThat(head.reply(ticket)).get().isInstanceOf(ClientReply.Unknown.class);
        assertThat(head.status().serving()).isFalse();
    }

    @Test
    void shouldSendANewSuccessorWhatItLacksInOrder() {
        Driven head = Driven.seated(A, A, B, C);
        head.write(put(KEY, "1"));
        head.write(put(KEY, "2"));
        head.adopt(configuration(2, List.of(A, C)));
        assertThat(head.takeSent(C)).contains(new ChainMessage.Hello());

        head.receive(C, new ChainMessage.At(Position.of(1, 1), 0));

        assertThat(head.takeSent(C)).hasExactlyElementsOfTypes(ChainMessage.Append.class)
                .extracting(m -> ((ChainMessage.Append) m).update().seq()).containsExactly(2L);
    }

    @Test
    void shouldGreetOnlyWhenItIsConfirmedItself() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.adopt(configuration(2, List.of(A, B, C)));
        assertThat(middle.takeSent(C)).isEmpty();

        middle.receive(A, new ChainMessage.Hello());

        assertThat(middle.takeSent(C)).contains(new ChainMessage.Hello());
    }

    @Test
    void shouldCountWhatIsDurableOnAllAsCommittedWhenItBecomesTail() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.append(A, update(1, 1), update(1, 2)).flushed(2)
                .receive(A, new ChainMessage.DurableThrough(1));
        assertThat(middle.status().committedSeq()).isZero();

        middle.adopt(configuration(2, List.of(A, B)));

        assertThat(middle.status().committedSeq()).isEqualTo(1);
    }

    @Test
    void shouldGoOnServingOverAChange() {
        Driven tail = Driven.seated(C, A, B, C);

        tail.adopt(configuration(2, List.of(B, C)));

        assertThat(tail.status().serving()).isTrue();
        assertThat(tail.status().confirmed()).isFalse();
    }

    @Test
    void shouldServeAfterPromotionOnlyWhenConfirmed() {
        Driven replica = JoiningTest.whole();

        replica.adopt(configuration(3, List.of(A, B, D)));
        assertThat(replica.status().serving()).isFalse();

        replica.receive(B, new ChainMessage.Hello());
        assertThat(replica.status().serving()).isTrue();
    }

    @Test
    void shouldStopServingAndAnsweringWhenItIsRemoved() {
        Driven tail = Driven.seated(C, A, B, C);

        tail.adopt(configuration(2, List.of(A, B)));
        long ticket = tail.get(KEY);

        assertThat(tail.status().role()).isEqualTo(ReplicaStatus.Role.NONE);
        assertThat(tail.reply(ticket)).get().isInstanceOf(ClientReply.AskAnother.class);
    }

    @Test
    void shouldNeverGoBackToAnEarlierEpoch() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.adopt(configuration(5, List.of(B, C)));

        tail.adopt(configuration(4, List.of(A, B)));

        assertThat(tail.epoch()).isEqualTo(new Epoch(5));
    }

    @Test
    void shouldStartTheCopyOfAJoiningReplicaAndGoOnCommittingAlone() {
        Driven tail = Driven.seated(B, A, B);
        tail.adopt(joining(2, List.of(A, B), D)).receive(A, new ChainMessage.Hello());
        assertThat(tail.takeSent(D)).contains(new ChainMessage.Hello());

        tail.receive(D, new ChainMessage.JoinAt(Position.NONE, true));
        assertThat(tail.takeSent(D)).first()
                .isEqualTo(new ChainMessage.CopyStart(Position.NONE, false));
        tail.append(A, update(2, 1)).flushed(1).receive(A, new ChainMessage.DurableThrough(1));

        assertThat(tail.status().committedSeq()).isEqualTo(1);
    }

    @Test
    void shouldResendAndAcknowledgeAgainOverANewConnection() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.append(A, update(1, 1)).flushed(1).receive(A, new ChainMessage.DurableThrough(1))
                .receive(C, new ChainMessage.Acknowledge(1)).take();

        middle.step(new Input.LinkUp(A));
        assertThat(middle.takeSent(A)).contains(new ChainMessage.Acknowledge(1));

        middle.step(new Input.LinkUp(C));
        assertThat(middle.takeSent(C)).containsExactly(new ChainMessage.Hello());
        middle.receive(C, new ChainMessage.At(Position.NONE, 0));
        assertThat(middle.takeSent(C)).containsExactly(
                new ChainMessage.Append(update(1, 1)), new ChainMessage.DurableThrough(1));
    }

    @Test
    void shouldRepeatAGreetingThatIsNotAnswered() {
        Driven head = Driven.seated(A, A, B);
        head.adopt(configuration(2, List.of(A, B))).take();

        head.after(ReplicaSettings.defaults(1).helloRetryNanos() + 1);

        assertThat(head.takeSent(B)).containsExactly(new ChainMessage.Hello());
    }
}
