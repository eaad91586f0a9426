package io.catena.master.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TermQuestionsTest {
    private static final NodeId VOTER = new NodeId(2);
    private static final long AGO = 1_000_000_000;

    private final Deque<Promise<Buffer>> sent = new ArrayDeque<>();
    private final LeadershipProof proof = new LeadershipProof(() -> { });
    private final TermQuestions questions = new TermQuestions(this::send, proof);
    private OptionalLong leads = OptionalLong.of(7);

    private Future<Buffer> send(NodeId voter) {
        assertThat(voter).isEqualTo(VOTER);
        Promise<Buffer> answer = Promise.promise();
        sent.add(answer);
        return answer.future();
    }

    private void ask() {
        questions.ask(VOTER, 7, () -> leads);
    }

    private void answer(long term) {
        sent.remove().complete(TermQuestions.answer(term).result());
    }

    private boolean isProvenSince(long sinceNanos) {
        return proof.confirmedNanos(7, List.of(VOTER, new NodeId(3)), System.nanoTime(), AGO)
                - sinceNanos >= 0;
    }

    @Test
    void shouldProveFromTheSendingOn() {
        long beforeNanos = System.nanoTime();
        ask();
        long afterNanos = System.nanoTime() + 1;
        answer(7);
        assertThat(isProvenSince(beforeNanos)).isTrue();
        assertThat(isProvenSince(afterNanos)).isFalse();
    }

    @Test
    void shouldProveNothingByAnotherTerm() {
        long beforeNanos = System.nanoTime();
        ask();
        answer(8);
        assertThat(isProvenSince(beforeNanos)).isFalse();
    }

    @Test
    void shouldNotAskWhenItLeadsNoMore() {
        leads = OptionalLong.of(8);
        ask();
        leads = OptionalLong.empty();
        ask();
        assertThat(sent).isEmpty();
        leads = OptionalLong.of(7);
        ask();
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldAskOnceMoreForAllThatWasAskedMeanwhile() {
        ask();
        ask();
        ask();
        assertThat(sent).hasSize(1);
        long betweenNanos = System.nanoTime();
        answer(7);
        assertThat(isProvenSince(betweenNanos)).isFalse();
        assertThat(sent).hasSize(1);
        answer(7);
        assertThat(isProvenSince(betweenNanos)).isTrue();
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldAskAgainAfterAFailureOnlyWhenAsked() {
        ask();
        ask();
        sent.remove().fail("cut off");
        assertThat(sent).isEmpty();
        ask();
        assertThat(sent).hasSize(1);
    }
}
