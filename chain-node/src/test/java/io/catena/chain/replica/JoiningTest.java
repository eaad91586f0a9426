package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.D;
import static io.catena.chain.replica.Driven.joining;
import static io.catena.chain.replica.Driven.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Position;
import io.catena.protocol.message.ChainMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Both sides of a join: D is filled by B, the query tail of [A, B].
class JoiningTest {
    private static final Position NOWHERE = Position.NONE;

    /// The query tail, with two updates committed of which memory keeps none, greeted D.
    private static Driven tail() {
        Driven tail = new Driven(B, new RecoveredReplica(
                Position.of(1, 2), true, true, 3, List.of(), List.of()));
        tail.adopt(Driven.configuration(2, List.of(B)));
        tail.adopt(joining(3, List.of(B), D));
        return tail;
    }

    /// D, told to join, with its disk ready.
    static Driven ready() {
        Driven joiner = new Driven(D);
        joiner.adopt(joining(2, List.of(A, B), D)).step(new Input.JoinBegun());
        joiner.receive(B, new ChainMessage.Hello());
        return joiner;
    }

    /// D, filled by log with one update.
    static Driven whole() {
        Driven joiner = ready();
        joiner.receive(B, new ChainMessage.CopyStart(NOWHERE, false))
                .append(B, update(1, 1)).flushed(1)
                .receive(B, new ChainMessage.CopyEnd(0))
                .step(new Input.CopyEnded()).step(new Input.MarkedWhole());
        return joiner;
    }

    @Test
    void shouldDiscardItsLogBeforeTheFirstWord() {
        Driven joiner = new Driven(D, new RecoveredReplica(
                Position.of(1, 1), true, true, 2, List.of(update(1, 2)), List.of()));

        joiner.adopt(joining(2, List.of(A, B), D)).receive(B, new ChainMessage.Hello());
        assertThat(joiner.take()).containsExactly(new Effect.BeginJoin());
        joiner.step(new Input.JoinBegun());

        assertThat(joiner.takeSent(B))
                .containsExactly(new ChainMessage.JoinAt(Position.of(1, 1), true));
        assertThat(joiner.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldIgnoreUpdatesBeforeTheCopyStarts() {
        Driven joiner = ready();

        joiner.append(B, update(1, 1));

        assertThat(joiner.status().endSeq()).isZero();
    }

    @Test
    void shouldBecomeWholeByLogAloneAndSaySo() {
        Driven joiner = ready();
        joiner.receive(B, new ChainMessage.CopyStart(NOWHERE, false))
                .append(B, update(1, 1)).take();

        joiner.flushed(1);
        assertThat(joiner.takeSent(B)).containsExactly(new ChainMessage.Filled(1));
        joiner.receive(B, new ChainMessage.CopyEnd(0));
        assertThat(joiner.take()).contains(new Effect.EndCopy());
        joiner.step(new Input.CopyEnded());
        assertThat(joiner.take()).contains(new Effect.MarkWhole());
        joiner.step(new Input.MarkedWhole());

        assertThat(joiner.takeSent(B)).contains(new ChainMessage.Whole(1));
        assertThat(joiner.status().whole()).isTrue();
    }

    @Test
    void shouldNotEndTheCopyBeforeItAppliedWhatAChunkHad() {
        Driven joiner = ready();
        joiner.receive(B, new ChainMessage.CopyStart(NOWHERE, true))
                .append(B, update(1, 1)).flushed(1).receive(B, new ChainMessage.CopyEnd(1));
        assertThat(joiner.take()).doesNotContain(new Effect.EndCopy());

        joiner.receive(B, new ChainMessage.CommittedThrough(1)).applied(1);

        assertThat(joiner.take()).contains(new Effect.Apply(1), new Effect.EndCopy());
    }

    @Test
    void shouldAcknowledgeNothingBeforeItIsWhole() {
        Driven joiner = ready();

        joiner.receive(B, new ChainMessage.CopyStart(NOWHERE, false))
                .append(B, update(1, 1)).flushed(1).receive(B, new ChainMessage.DurableThrough(1));

        assertThat(joiner.takeSent(B)).noneMatch(ChainMessage.Acknowledge.class::isInstance);
    }

    @Test
    void shouldAcknowledgeWhenWholeWhatIsDurableHereAndBefore() {
        Driven joiner = whole();
        joiner.append(B, update(1, 2)).flushed(2).take();

        joiner.receive(B, new ChainMessage.DurableThrough(1));

        assertThat(joiner.takeSent(B)).containsExactly(new ChainMessage.Acknowledge(1));
    }

    @Test
    void shouldStartOverWhenTheCopyStartsOver() {
        Driven joiner = ready();
        joiner.receive(B, new ChainMessage.CopyStart(NOWHERE, true)).take();

        joiner.receive(B, new ChainMessage.CopyStart(Position.of(1, 9), true));
        assertThat(joiner.take()).containsExactly(new Effect.BeginJoin());
        joiner.step(new Input.JoinBegun());

        assertThat(joiner.takeSent(B)).containsExactly(new ChainMessage.JoinAt(NOWHERE, false));
    }

    @Test
    void shouldSayWhereItsLogEndsWhenACopyStartsThoughItIsWhole() {
        Driven joiner = whole();
        joiner.take();

        joiner.receive(B, new ChainMessage.CopyStart(NOWHERE, true));

        assertThat(joiner.takeSent(B)).containsExactly(new ChainMessage.At(Position.of(1, 1), 0));
        assertThat(joiner.status().whole()).isTrue();
    }

    @Test
    void shouldBeFilledAgainWhenTheLogNoLongerReachesBackToIt() {
        Driven joiner = whole();
        joiner.take();

        joiner.receive(B, new ChainMessage.CopyStart(Position.of(1, 900), true));

        assertThat(joiner.take()).containsExactly(new Effect.BeginJoin());
        assertThat(joiner.status().whole()).isFalse();
    }

    @Test
    void shouldReadTheLogFromTheDiskBeforeItEndsACopyByLog() {
        Driven tail = tail();

        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, true));

        List<Effect> wanted = tail.take();
        assertThat(wanted).contains(new Effect.ReadLog(1));
        assertThat(wanted).noneMatch(e -> e instanceof Effect.Send s
                && s.envelope().message() instanceof ChainMessage.CopyEnd);
        tail.step(new Input.LogRead(1, List.of(update(1, 1), update(1, 2))));
        assertThat(tail.takeSent(D)).hasExactlyElementsOfTypes(ChainMessage.Append.class,
                ChainMessage.Append.class, ChainMessage.CopyEnd.class);
    }

    @Test
    void shouldCopyEverythingWhenTheLogIsGoneAndNotTryTheLogAgain() {
        Driven tail = tail();
        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, true))
                .step(new Input.LogRead(1, List.of()));
        assertThat(tail.takeSent(D)).contains(new ChainMessage.CopyStart(Position.of(1, 2), true));

        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, true));

        assertThat(tail.takeSent(D)).contains(new ChainMessage.CopyStart(Position.of(1, 2), true));
    }

    @Test
    void shouldSendChunkAfterChunkAndThenTheEnd() {
        Driven tail = tail();
        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, false));
        assertThat(tail.take()).contains(new Effect.ReadChunk(1, Bytes.EMPTY));
        Bytes middle = Bytes.utf8("m");

        tail.step(new Input.ChunkRead(chunk(1, Bytes.EMPTY, middle, false)));
        tail.receive(D, new ChainMessage.CopyStored(1));
        assertThat(tail.take()).contains(new Effect.ReadChunk(2, middle));
        tail.step(new Input.ChunkRead(chunk(2, middle, middle, true)));
        tail.receive(D, new ChainMessage.CopyStored(2));

        assertThat(tail.takeSent(D)).contains(new ChainMessage.CopyEnd(2));
    }

    private static ChainMessage.CopyChunk chunk(
            long number, Bytes after, Bytes through, boolean last) {
        return new ChainMessage.CopyChunk(number, after, through, last, 2, List.of());
    }

    /// The query tail, when D has said that it is whole.
    private static Driven counting() {
        Driven tail = tail();
        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, true))
                .step(new Input.LogRead(1, List.of(update(1, 1), update(1, 2))))
                .receive(D, new ChainMessage.Whole(2));
        return tail;
    }

    @Test
    void shouldCommitOnlyWhatTheWholeReplicaAcknowledges() {
        Driven tail = counting();
        tail.write(Driven.put(Driven.KEY, "t"));

        tail.flushed(3);
        assertThat(tail.status().committedSeq()).isEqualTo(2);
        tail.receive(D, new ChainMessage.Acknowledge(3));

        assertThat(tail.status().committedSeq()).isEqualTo(3);
    }

    @Test
    void shouldReportOnlyWhenAllThatWasCommittedIsAcknowledged() {
        Driven tail = counting();
        assertThat(tail.take()).noneMatch(Effect.ReportJoined.class::isInstance);

        tail.receive(D, new ChainMessage.Acknowledge(1));
        assertThat(tail.take()).noneMatch(Effect.ReportJoined.class::isInstance);
        tail.receive(D, new ChainMessage.Acknowledge(2));

        assertThat(tail.take()).contains(new Effect.ReportJoined(tail.epoch(), D));
    }

    @Test
    void shouldNotCountWhoLacksWhatMemoryNoLongerHas() {
        Driven tail = tail();
        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, true))
                .step(new Input.LogRead(1, List.of(update(1, 1), update(1, 2))))
                .receive(D, new ChainMessage.Whole(0)).step(new Input.LinkUp(D)).take();

        tail.receive(D, new ChainMessage.At(NOWHERE, 0));
        assertThat(tail.take()).contains(new Effect.ReadLog(1));
        tail.write(Driven.put(Driven.KEY, "t"));
        tail.flushed(3);

        assertThat(tail.status().committedSeq()).isEqualTo(3);
    }

    @Test
    void shouldTakeNoAcknowledgementBeforeItCounts() {
        Driven tail = tail();
        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, true));

        tail.receive(D, new ChainMessage.Acknowledge(2));

        assertThat(tail.take()).noneMatch(Effect.ReportJoined.class::isInstance);
    }

    @Test
    void shouldNotStartACopyOverBecauseItTakesLong() {
        Driven tail = tail();
        tail.receive(D, new ChainMessage.JoinAt(NOWHERE, false));
        tail.write(Driven.put(Driven.KEY, "t"));
        tail.take();

        tail.after(10 * ReplicaSettings.defaults(1).stallNanos());

        assertThat(tail.takeSent(D)).doesNotContain(new ChainMessage.Hello());
    }

    @Test
    void shouldGreetAgainWhenTheConnectionIsNew() {
        Driven tail = counting();
        tail.take();

        tail.step(new Input.LinkUp(D));
        assertThat(tail.takeSent(D)).containsExactly(new ChainMessage.Hello());
        tail.write(Driven.put(Driven.KEY, "t"));
        tail.receive(D, new ChainMessage.At(Position.of(1, 2), 2));

        assertThat(tail.takeSent(D))
                .filteredOn(ChainMessage.Append.class::isInstance).isNotEmpty();
    }
}
