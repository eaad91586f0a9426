package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Position;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Claims of van Renesse & Schneider, OSDI 2004 ("CR"), one a test.
class ChainReplicationPaperTest {
    private final Chain chain = new Chain(A, B, C);

    private static String tag(Optional<ClientReply> reply) {
        return ((ClientReply.Found) reply.orElseThrow()).version().tag().toUtf8();
    }

    /// CR 2: updates are processed by the head and forwarded along the chain to the tail.
    @Test
    void shouldForwardUpdatesFromHeadToTailInOrder() {
        chain.write(A, KEY, "1");
        chain.write(A, KEY, "2");
        chain.settle();

        assertThat(chain.sent(ChainMessage.Append.class)).extracting(e -> e.from() + ">" + e.to())
                .containsExactlyInAnyOrder("n1.1>n2.1", "n1.1>n2.1", "n2.1>n3.1", "n2.1>n3.1");
        assertThat(chain.at(C).status().committedSeq()).isEqualTo(2);
    }

    /// CR 3, Update Propagation Invariant: what a successor has received, its predecessor has.
    @Test
    void shouldNeverHoldMoreAtASuccessor() {
        chain.write(A, KEY, "1");
        chain.deliver(e -> e.to().equals(C));

        assertThat(chain.at(A).status().endSeq())
                .isGreaterThanOrEqualTo(chain.at(B).status().endSeq());
        assertThat(chain.at(B).status().endSeq())
                .isGreaterThan(chain.at(C).status().endSeq());
    }

    /// CR 2: a reply to an update says that every replica has it.
    @Test
    void shouldAnswerAWriteOnlyWhenTheTailHasIt() {
        long ticket = chain.write(A, KEY, "1");
        chain.deliver(e -> e.to().equals(C));
        assertThat(chain.reply(A, ticket)).isEmpty();

        chain.settle();

        assertThat(chain.reply(A, ticket)).contains(new ClientReply.Stored(Position.of(1, 1)));
    }

    /// CR 3.1, Failure of the Head: its successor takes over; what only the head had is lost,
    /// and was never answered.
    @Test
    void shouldGoOnWithTheSuccessorWhenTheHeadFails() {
        long lost = chain.write(A, KEY, "1");
        chain.kill(A);
        chain.deliver(e -> e.from().equals(A));

        chain.adopt(Driven.configuration(2, List.of(B, C)));
        long ticket = chain.write(B, KEY, "2");
        chain.settle();

        assertThat(chain.reply(A, lost)).isEmpty();
        assertThat(chain.reply(B, ticket)).get().isInstanceOf(ClientReply.Stored.class);
    }

    /// CR 3.1, Failure of the Tail: its predecessor is the tail, and what was pending is committed.
    @Test
    void shouldCommitWhatIsPendingWhenTheTailFails() {
        long ticket = chain.write(A, KEY, "1");
        chain.kill(C);
        chain.settle();
        assertThat(chain.reply(A, ticket)).isEmpty();

        chain.adopt(Driven.configuration(2, List.of(A, B)));
        chain.settle();

        assertThat(chain.reply(A, ticket)).get().isInstanceOf(ClientReply.Stored.class);
        assertThat(tag(chain.reply(B, chain.get(B, KEY)))).isEqualTo("1");
    }

    /// CR 3.1, Failure of Other Servers: the predecessor sends the new successor what it lacks.
    @Test
    void shouldSendOnWhatDiedWithTheMiddle() {
        chain.kill(B);
        long ticket = chain.write(A, KEY, "1");
        chain.settle();

        chain.adopt(Driven.configuration(2, List.of(A, C)));
        chain.settle();

        assertThat(chain.reply(A, ticket)).get().isInstanceOf(ClientReply.Stored.class);
        assertThat(chain.at(C).status().committedSeq()).isEqualTo(1);
    }

    /// CR 3, Inprocess Requests Invariant: what a server holds beyond the tail's history is what
    /// it sent on and has no acknowledgement for.
    @Test
    void shouldHoldAsPendingWhatTheTailHasNotAcknowledged() {
        chain.write(A, KEY, "1");
        chain.write(A, KEY, "2");
        chain.deliver(e -> e.message() instanceof ChainMessage.Acknowledge
                && e.to().equals(A));
        assertThat(chain.at(C).status().committedSeq()).isEqualTo(2);
        assertThat(chain.at(A).status().endSeq() - chain.at(A).status().committedSeq())
                .isEqualTo(2);

        chain.settle();

        assertThat(chain.at(A).status().committedSeq()).isEqualTo(2);
    }

    /// CR 4, against primary/backup: queries go on through the failure of the head.
    @Test
    void shouldGoOnAnsweringQueriesWithoutAHead() {
        chain.write(A, KEY, "1");
        chain.settle();
        chain.kill(A);

        assertThat(tag(chain.reply(C, chain.get(C, KEY)))).isEqualTo("1");
    }
}
