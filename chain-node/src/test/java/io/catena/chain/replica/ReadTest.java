package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static io.catena.chain.replica.Driven.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Apportioned reads (CRAQ, section 2.3) and leases.
class ReadTest {
    private static final long LONG_NANOS = 60_000_000_000L;

    private static String tag(Optional<ClientReply> reply) {
        return ((ClientReply.Found) reply.orElseThrow()).version().tag().toUtf8();
    }

    /// A middle replica with one committed and one dirty version of the key.
    private static Driven dirty() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.append(A, update(1, 1), update(1, 2)).flushed(2)
                .receive(C, new ChainMessage.Acknowledge(1)).take();
        return middle;
    }

    @Test
    void shouldServeACleanVersionWithoutAsking() {
        Driven middle = dirty().receive(C, new ChainMessage.Acknowledge(2));
        middle.take();

        long ticket = middle.get(KEY);

        assertThat(tag(middle.reply(ticket))).isEqualTo("t2");
        assertThat(middle.takeSent(C)).isEmpty();
    }

    @Test
    void shouldServeCommittedVersionWhileDirty() {
        Driven middle = dirty();

        long ticket = middle.get(KEY);
        assertThat(middle.reply(ticket)).isEmpty();
        assertThat(middle.takeSent(C)).containsExactly(new ChainMessage.CommittedQuery(1));
        middle.receive(C, new ChainMessage.CommittedAnswer(1, 1));

        assertThat(tag(middle.reply(ticket))).isEqualTo("t1");
    }

    private static Effect.ReadUsage readUsage(Driven replica) {
        return replica.take().stream().filter(Effect.ReadUsage.class::isInstance)
                .map(Effect.ReadUsage.class::cast).findFirst().orElseThrow();
    }

    @Test
    void shouldSumWhatIsCommittedButNotWhatIsDirty() {
        Driven middle = dirty();
        long ticket = middle.ask(
                new ClientMessage.GetUsage(Driven.CHAIN, middle.epoch(), Scopes.of(5),
                        ReadLevel.STRONG));
        assertThat(middle.takeSent(C)).containsExactly(new ChainMessage.CommittedQuery(1));

        middle.receive(C, new ChainMessage.CommittedAnswer(1, 1));
        Effect.ReadUsage read = readUsage(middle);
        assertThat(read.scopes()).isEqualTo(Scopes.of(5));
        assertThat(read.overlay()).containsOnlyKeys(KEY);
        assertThat(read.overlay().get(KEY).position().seq()).isEqualTo(1);
        middle.step(new Input.UsageRead(ticket, new Usage(1, 2, 3)));

        assertThat(middle.reply(ticket))
                .contains(new ClientReply.Used(new Usage(1, 2, 3)));
    }

    @Test
    void shouldLayNothingOverSumsThatHaveAllThatIsCommitted() {
        Driven middle = dirty().receive(C, new ChainMessage.Acknowledge(2)).applied(2);
        middle.take();
        middle.ask(new ClientMessage.GetUsage(Driven.CHAIN, middle.epoch(), Scopes.of(5),
                ReadLevel.STRONG));

        assertThat(readUsage(middle).overlay()).isEmpty();
    }

    @Test
    void shouldRefuseSumsWithoutALease() {
        Driven middle = dirty().receive(C, new ChainMessage.Acknowledge(2));
        long ticket = middle.ask(
                new ClientMessage.GetUsage(Driven.CHAIN, middle.epoch(), Scopes.of(5),
                        ReadLevel.STRONG));
        middle.after(LONG_NANOS).step(new Input.UsageRead(ticket, Usage.NONE));

        assertThat(middle.reply(ticket)).containsInstanceOf(ClientReply.TooStale.class);
    }

    @Test
    void shouldServeTheNewVersionWhenTheTailHasCommittedIt() {
        Driven middle = dirty();
        long ticket = middle.get(KEY);

        middle.receive(C, new ChainMessage.CommittedAnswer(1, 2));

        assertThat(tag(middle.reply(ticket))).isEqualTo("t2");
    }

    @Test
    void shouldNotServeAReadByAnAnswerToAnEarlierQuestion() {
        Driven middle = dirty();
        long first = middle.get(KEY);
        long second = middle.get(KEY);
        middle.takeSent(C);

        middle.receive(C, new ChainMessage.CommittedAnswer(1, 1));
        assertThat(middle.reply(first)).isPresent();
        assertThat(middle.reply(second)).isEmpty();
        middle.receive(C, new ChainMessage.CommittedAnswer(2, 2));

        assertThat(tag(middle.reply(second))).isEqualTo("t2");
    }

    @Test
    void shouldAskOnceForAllReadsThatWait() {
        Driven middle = dirty();
        middle.get(KEY);
        middle.get(KEY);
        middle.get(KEY);

        middle.receive(C, new ChainMessage.CommittedAnswer(1, 1));

        assertThat(middle.takeSent(C)).containsExactly(
                new ChainMessage.CommittedQuery(1), new ChainMessage.CommittedQuery(2));
    }

    @Test
    void shouldReadAnotherKeyCleanBesideADirtyOne() {
        Driven middle = dirty();

        long ticket = middle.get(Bytes.utf8("other"));

        assertThat(middle.take()).contains(new Effect.ReadValue(ticket, Bytes.utf8("other")));
    }

    @Test
    void shouldAnswerAsTailWithoutAsking() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.append(B, update(1, 1), update(1, 2)).flushed(2)
                .receive(B, new ChainMessage.DurableThrough(1));

        long ticket = tail.get(KEY);

        assertThat(tag(tail.reply(ticket))).isEqualTo("t1");
    }

    @Test
    void shouldRefuseWithoutALease() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.nowNanos += LONG_NANOS;

        long ticket = tail.get(KEY);

        assertThat(tail.reply(ticket)).get().isInstanceOf(ClientReply.TooStale.class);
    }

    @Test
    void shouldCheckTheLeaseAfterTheValueWasTaken() {
        Driven tail = Driven.seated(C, A, B, C);
        long ticket = tail.get(KEY);
        assertThat(tail.take()).contains(new Effect.ReadValue(ticket, KEY));

        tail.nowNanos += LONG_NANOS;
        tail.step(new Input.ValueRead(ticket, Optional.empty()));

        assertThat(tail.reply(ticket)).get().isInstanceOf(ClientReply.TooStale.class);
    }

    @Test
    void shouldNotTellWhatIsCommittedWithoutALease() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.receive(B, new ChainMessage.CommittedQuery(1));
        assertThat(tail.takeSent(B)).containsExactly(new ChainMessage.CommittedAnswer(1, 0));

        tail.nowNanos += LONG_NANOS;
        tail.receive(B, new ChainMessage.CommittedQuery(2));

        assertThat(tail.takeSent(B)).isEmpty();
    }

    @Test
    void shouldSendReadsElsewhereWhenTheConfigurationChanges() {
        Driven middle = dirty();
        long ticket = middle.get(KEY);

        middle.adopt(Driven.configuration(2, List.of(A, B)));

        assertThat(middle.reply(ticket)).get().isInstanceOf(ClientReply.AskAnother.class);
    }

    @Test
    void shouldServeEventualReadsWithoutALease() {
        Driven middle = dirty();
        middle.nowNanos += LONG_NANOS;

        long ticket = middle.get(KEY, new ReadLevel.Eventual());

        assertThat(tag(middle.reply(ticket))).isEqualTo("t1");
    }

    @Test
    void shouldServeBoundedReadsOnlyWithinTheBound() {
        Driven middle = dirty();
        middle.nowNanos += 2_000_000_000L;

        assertThat(middle.reply(middle.get(KEY, new ReadLevel.Bounded(1_500, 1)))).get()
                .isInstanceOf(ClientReply.Found.class);
        assertThat(middle.reply(middle.get(KEY, new ReadLevel.Bounded(500, 1)))).get()
                .isInstanceOf(ClientReply.TooStale.class);
    }

    @Test
    void shouldRefuseBoundedReadsWhenTooManyVersionsAreUndecided() {
        Driven middle = dirty();

        assertThat(middle.reply(middle.get(KEY, new ReadLevel.Bounded(0, 0)))).get()
                .isInstanceOf(ClientReply.TooStale.class);
        assertThat(tag(middle.reply(middle.get(KEY, new ReadLevel.Bounded(0, 1)))))
                .isEqualTo("t1");
        middle.receive(C, new ChainMessage.Acknowledge(2));
        assertThat(tag(middle.reply(middle.get(KEY, new ReadLevel.Bounded(0, 0)))))
                .isEqualTo("t2");
    }

    @Test
    void shouldServeNoBoundedReadBeforeItsFirstLease() {
        Driven sole = new Driven(A).adopt(Driven.configuration(1, List.of(A)));

        var year = new ReadLevel.Bounded(ReadLevel.Bounded.STALE_MILLIS_MAX,
                ReadLevel.Bounded.STALE_VERSIONS_MAX);
        assertThat(sole.reply(sole.get(KEY, year))).get()
                .isInstanceOf(ClientReply.TooStale.class);
    }

    @Test
    void shouldServeNothingAtAnyLevelWhenItHasNoSeat() {
        Driven removed = dirty();
        removed.adopt(Driven.configuration(2, List.of(A, C)));

        assertThat(removed.reply(removed.get(KEY, new ReadLevel.Eventual()))).get()
                .isInstanceOf(ClientReply.AskAnother.class);
    }

    @Test
    void shouldAskAgainWhenAQuestionIsLostAndGiveUpInTheEnd() {
        Driven middle = dirty();
        long ticket = middle.get(KEY);
        middle.take();

        middle.after(ReplicaSettings.defaults(1).queryRetryNanos() + 1);
        assertThat(middle.takeSent(C)).containsExactly(new ChainMessage.CommittedQuery(2));
        middle.after(ReplicaSettings.defaults(1).readWaitNanosMax());

        assertThat(middle.reply(ticket)).get().isInstanceOf(ClientReply.AskAnother.class);
    }
}
