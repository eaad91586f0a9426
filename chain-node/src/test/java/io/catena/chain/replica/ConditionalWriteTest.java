package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.KEY;
import static io.catena.chain.replica.Driven.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Preconditions and retries at the head of [A, B].
class ConditionalWriteTest {
    private final Driven head = Driven.seated(A, A, B);

    private void commit(long seq) {
        head.flushed(seq).receive(B, new ChainMessage.Acknowledge(seq));
    }

    @Test
    void shouldHoldARefusalUntilTheDirtyVersionBehindItHasCommitted() {
        head.write(put(KEY, "1"));

        long ticket = head.write(put(KEY, "2"), new Condition.Absent(KEY));
        assertThat(head.reply(ticket)).isEmpty();
        commit(1);

        assertThat(head.reply(ticket)).contains(new ClientReply.Refused(0, true));
        assertThat(head.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldRefuseNothingWithoutALease() {
        head.write(put(KEY, "1"));
        long early = head.write(put(KEY, "2"), new Condition.Absent(KEY));
        head.nowNanos += 60_000_000_000L;

        commit(1);
        long late = head.write(put(KEY, "3"), new Condition.Absent(KEY));

        assertThat(head.reply(early)).get().isInstanceOf(ClientReply.AskAnother.class);
        assertThat(head.reply(late)).get().isInstanceOf(ClientReply.AskAnother.class);
    }

    @Test
    void shouldLookUpWhatMemoryDoesNotKnow() {
        long ticket = head.write(put(KEY, "1"), new Condition.Absent(KEY));
        assertThat(head.take()).contains(new Effect.Lookup(ticket, List.of(KEY), List.of()));

        head.step(new Input.LookedUp(ticket, 0, List.of(Optional.empty()), List.of()));

        assertThat(head.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldJudgeByWhatWasWrittenDuringALookUp() {
        long ticket = head.write(put(KEY, "1"), new Condition.Absent(KEY));
        head.write(put(KEY, "2"));

        head.step(new Input.LookedUp(ticket, 0, List.of(Optional.empty()), List.of()));
        commit(1);

        assertThat(head.reply(ticket)).contains(new ClientReply.Refused(0, true));
    }

    @Test
    void shouldAdmitByTheTagOfADirtyVersion() {
        head.write(put(KEY, "1"));

        head.write(put(KEY, "2"), new Condition.TagIs(KEY, Bytes.utf8("1")));

        assertThat(head.status().endSeq()).isEqualTo(2);
    }

    @Test
    void shouldAnswerARetryWithTheFirstPosition() {
        RequestId id = new RequestId(9, 9);
        long first = head.write(id, put(KEY, "1"));
        long retry = head.write(id, put(KEY, "1"));
        assertThat(head.reply(retry)).isEmpty();

        commit(1);

        assertThat(head.reply(first)).contains(new ClientReply.Stored(Position.of(1, 1)));
        assertThat(head.reply(retry)).contains(new ClientReply.Stored(Position.of(1, 1)));
        assertThat(head.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldFindAPrefixHeldByADirtyKey() {
        head.write(put(Bytes.utf8("dir/a"), "1"));
        long ticket = head.write(put(KEY, "2"), new Condition.PrefixEmpty(Bytes.utf8("dir/")));

        head.step(new Input.LookedUp(ticket, 0, List.of(), List.of(false)));
        commit(1);

        assertThat(head.reply(ticket)).contains(new ClientReply.Refused(0, true));
    }

    @Test
    void shouldWaitForDeletesThatTheIndexLacksBeforeItJudgesAPrefix() {
        Bytes inside = Bytes.utf8("dir/a");
        head.write(put(inside, "1"));
        commit(1);
        head.applied(1);
        head.write(new Mutation.Delete(inside, true));
        long ticket = head.write(put(KEY, "2"), new Condition.PrefixEmpty(Bytes.utf8("dir/")));
        head.step(new Input.LookedUp(ticket, 1, List.of(), List.of(true)));
        assertThat(head.status().endSeq()).isEqualTo(2);

        commit(2);
        head.applied(2).step(new Input.LookedUp(ticket, 2, List.of(), List.of(false)));

        assertThat(head.status().endSeq()).isEqualTo(3);
    }

    @Test
    void shouldTakeNoWritesWithTooFewMembers() {
        Replica replica = new Replica(A, Driven.CHAIN, ReplicaSettings.defaults(2),
                RecoveredReplica.empty());
        replica.step(new Input.Configured(Driven.configuration(1, List.of(A))), 0);

        var effects = replica.step(new Input.Asked(1,
                new ClientMessage.Write(Driven.CHAIN,
                        new Epoch(1), new RequestId(1, 1), List.of(),
                        List.of(put(KEY, "1")))), 0);

        assertThat(effects).containsExactly(
                new Effect.Reply(1, new ClientReply.TooFewReplicas(1, 2)));
    }

    @Test
    void shouldRefuseWritesWhenItIsNotTheHead() {
        Driven tail = Driven.seated(B, A, B);

        long ticket = tail.write(put(KEY, "1"));

        assertThat(tail.reply(ticket)).get().isInstanceOf(ClientReply.AskAnother.class);
    }
}
