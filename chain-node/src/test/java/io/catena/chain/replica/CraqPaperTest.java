package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Position;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Claims of the papers, one a test: CR is van Renesse & Schneider, OSDI 2004; CRAQ is Terrace &
/// Freedman, USENIX ATC 2009.
class CraqPaperTest {
    private final Chain chain = new Chain(A, B, C);

    private static boolean isAcknowledge(Envelope envelope) {
        return envelope.message() instanceof ChainMessage.Acknowledge;
    }

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

    /// CRAQ 2.3: a node that has only a clean version answers at once.
    @Test
    void shouldReadACleanObjectAtAnyNodeWithoutAMessage() {
        chain.write(A, KEY, "1");
        chain.settle();
        chain.sent.clear();

        for (var node : List.of(A, B, C)) {
            assertThat(tag(chain.reply(node, chain.get(node, KEY)))).isEqualTo("1");
        }
        assertThat(chain.sent).isEmpty();
    }

    /// CRAQ 2.3: a node with dirty versions asks the tail, and answers that version, old or new.
    @Test
    void shouldReadADirtyObjectAsTheTailHasCommittedIt() {
        chain.write(A, KEY, "1");
        chain.settle();
        chain.write(A, KEY, "2");
        chain.deliver(e -> e.to().equals(C) && e.message() instanceof ChainMessage.Append);
        long old = chain.get(B, KEY);
        chain.deliver(e -> e.to().equals(C) && e.message() instanceof ChainMessage.Append);
        assertThat(tag(chain.reply(B, old))).isEqualTo("1");

        chain.deliver(CraqPaperTest::isAcknowledge);
        long fresh = chain.get(B, KEY);
        chain.deliver(CraqPaperTest::isAcknowledge);

        assertThat(tag(chain.reply(B, fresh))).isEqualTo("2");
    }

    /// CRAQ 2.3: when the acknowledgement comes, the version is clean.
    @Test
    void shouldMarkVersionsCleanAsTheAcknowledgementComesBack() {
        chain.write(A, KEY, "1");
        chain.deliver(CraqPaperTest::isAcknowledge);
        assertThat(chain.at(A).status().committedSeq()).isZero();

        chain.settle();

        assertThat(chain.at(A).status().committedSeq()).isEqualTo(1);
        assertThat(chain.at(B).status().committedSeq()).isEqualTo(1);
    }

    /// CR 3.1, failure of the head: its successor takes over; what only the head had is lost, and
    /// was never answered.
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

    /// CR 3.2, failure of the tail: its predecessor is the tail, and what was pending is committed.
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

    /// CR 3.3, failure in the middle: the predecessor sends the new successor what it lacks.
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
}
