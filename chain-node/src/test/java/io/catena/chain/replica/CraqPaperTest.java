package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Claims of Terrace & Freedman, USENIX ATC 2009 ("CRAQ"), one a test.
class CraqPaperTest {
    private final Chain chain = new Chain(A, B, C);

    private static boolean isAcknowledge(Envelope envelope) {
        return envelope.message() instanceof ChainMessage.Acknowledge;
    }

    private static String tag(Optional<ClientReply> reply) {
        return ((ClientReply.Found) reply.orElseThrow()).version().tag().toUtf8();
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

    /// CRAQ 2.3: the tail may commit a newer version before the one that it named is answered; that
    /// is linearizable with regard to the tail all the same.
    @Test
    void shouldAnswerTheVersionThatTheTailNamedThoughItCommitsANewerOneMeanwhile() {
        chain.write(A, KEY, "1");
        chain.settle();
        chain.write(A, KEY, "2");
        chain.deliver(e -> e.to().equals(C));
        long ticket = chain.get(B, KEY);
        chain.deliver(e -> e.to().equals(C)
                && !(e.message() instanceof ChainMessage.CommittedQuery)
                || e.message() instanceof ChainMessage.CommittedAnswer);
        chain.deliver(e -> e.message() instanceof ChainMessage.CommittedAnswer
                || isAcknowledge(e));
        assertThat(chain.at(C).status().committedSeq()).isEqualTo(2);

        chain.deliver(CraqPaperTest::isAcknowledge);

        assertThat(tag(chain.reply(B, ticket))).isEqualTo("1");
    }

    /// CRAQ 2.4: an eventually consistent read is answered by the node's newest version, without
    /// the tail. Ours is always a committed one.
    @Test
    void shouldReadEventuallyWithoutTheTail() {
        chain.write(A, KEY, "1");
        chain.settle();
        chain.write(A, KEY, "2");
        chain.deliver(e -> e.to().equals(C));
        chain.sent.clear();

        assertThat(tag(chain.reply(B, chain.get(B, KEY, new ReadLevel.Eventual()))))
                .isEqualTo("1");
        assertThat(chain.sent).isEmpty();
    }

    /// CRAQ 2.4: with a maximum bound on the inconsistency, in versions here.
    @Test
    void shouldReadWithinABoundOfVersions() {
        chain.write(A, KEY, "1");
        chain.settle();
        chain.write(A, KEY, "2");
        chain.deliver(e -> e.to().equals(C));

        long within = chain.get(B, KEY, new ReadLevel.Bounded(0, 1));
        long beyond = chain.get(B, KEY, new ReadLevel.Bounded(0, 0));

        assertThat(tag(chain.reply(B, within))).isEqualTo("1");
        assertThat(chain.reply(B, beyond)).get().isInstanceOf(ClientReply.TooStale.class);
    }
}
