package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static io.catena.chain.replica.Driven.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A replica whom the master asks to serve nothing more in its epoch, while its node has a lease.
class StandDownTest {
    private static final Epoch FIRST = new Epoch(1);

    private static ClientReply reply(Driven at, long ticket) {
        return at.reply(ticket).orElseThrow();
    }

    @Test
    void shouldRefuseReadsOfEveryLevelAndVersionQueries() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.step(new Input.StandDown(FIRST));

        assertThat(tail.status().stoodDown()).isTrue();
        for (ReadLevel level : List.of(ReadLevel.STRONG, new ReadLevel.Eventual())) {
            assertThat(reply(tail, tail.get(KEY, level)))
                    .isInstanceOf(ClientReply.AskAnother.class);
        }
        tail.take();
        tail.receive(A, new ChainMessage.CommittedQuery(1));
        assertThat(tail.take()).isEmpty();
    }

    @Test
    void shouldEndReadsThatAreAtTheDisk() {
        Driven tail = Driven.seated(C, A, B, C);
        long ticket = tail.get(KEY);

        tail.step(new Input.StandDown(FIRST));

        assertThat(reply(tail, ticket)).isInstanceOf(ClientReply.AskAnother.class);
        tail.take();
        tail.step(new Input.ValueRead(ticket, Optional.empty()));
        assertThat(tail.take()).isEmpty();
    }

    @Test
    void shouldAdmitNothingAsHeadAndEndWhatWaitsAsUnknown() {
        Driven head = Driven.seated(A, A, B, C);
        long waiting = head.write(Driven.put(KEY, "t"));

        head.step(new Input.StandDown(FIRST));
        long late = head.write(Driven.put(KEY, "u"));

        assertThat(reply(head, waiting)).isInstanceOf(ClientReply.Unknown.class);
        assertThat(reply(head, late)).isInstanceOf(ClientReply.AskAnother.class);
        assertThat(head.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldStayDownWhenItIsGreetedAgain() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.step(new Input.StandDown(FIRST)).receive(A, new ChainMessage.Hello());
        middle.step(new Input.LinkUp(A));

        assertThat(middle.status().serving()).isFalse();
        assertThat(middle.status().stoodDown()).isTrue();
    }

    @Test
    void shouldGoOnPassingUpdatesAndAcknowledgements() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.step(new Input.StandDown(FIRST));

        middle.append(A, Driven.update(1, 1)).flushed(1);
        assertThat(middle.takeSent(C)).contains(new ChainMessage.Append(Driven.update(1, 1)));
        middle.receive(C, new ChainMessage.Acknowledge(1));
        assertThat(middle.takeSent(A)).contains(new ChainMessage.Acknowledge(1));
    }

    @Test
    void shouldIgnoreAWordOfAnotherEpoch() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.step(new Input.StandDown(new Epoch(2))).step(new Input.StandDown(Epoch.NONE));
        assertThat(middle.status().serving()).isTrue();
        assertThat(middle.status().stoodDown()).isFalse();
    }

    @Test
    void shouldServeAgainInALaterEpochAsHeadOrWhenGreeted() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.step(new Input.StandDown(FIRST)).adopt(configuration(2, List.of(A, B)));
        assertThat(middle.status().stoodDown()).isFalse();
        assertThat(middle.status().serving()).as("not before it is greeted").isFalse();
        middle.receive(A, new ChainMessage.Hello());
        assertThat(middle.status().serving()).isTrue();

        middle.step(new Input.StandDown(new Epoch(2))).adopt(configuration(3, List.of(B)));
        assertThat(middle.status().serving()).isTrue();
        middle.write(Driven.put(KEY, "t"));
        assertThat(middle.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldNotCommitAsTailWhileItIsDown() {
        Driven tail = Driven.seated(B, A, B);
        tail.step(new Input.StandDown(FIRST));
        tail.append(A, Driven.update(1, 1)).flushed(1)
                .receive(A, new ChainMessage.DurableThrough(1));
        assertThat(tail.status().committedSeq()).isZero();
        assertThat(tail.takeSent(A)).doesNotContain(new ChainMessage.Acknowledge(1));
    }
}
