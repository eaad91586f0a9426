package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.D;
import static io.catena.chain.replica.Driven.KEY;
import static io.catena.chain.replica.Driven.configuration;
import static io.catena.chain.replica.Driven.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Position;
import io.catena.protocol.message.ChainMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whom a replica names as the neighbour that leaves it waiting.
class UnresponsiveTest {
    private static final long MILLI = 1_000_000L;

    /// Time passes in ticks, as in a server.
    private static Driven wait(Driven driven, long millis) {
        for (long passed = 0; passed < millis; passed += 10) {
            driven.after(10 * MILLI);
        }
        return driven;
    }

    @Test
    void shouldNameASuccessorThatDoesNotAnswerAGreeting() {
        Driven head = new Driven(A).adopt(configuration(1, List.of(A, B)));
        assertThat(wait(head, 1_000).status().unresponsive()).isEmpty();
        assertThat(wait(head, 20).status().unresponsive()).contains(B);
        head.receive(B, new ChainMessage.At(Position.NONE, 0));
        assertThat(head.status().unresponsive()).isEmpty();
    }

    @Test
    void shouldNameASuccessorThatFallsSilentWhileUpdatesWait() {
        Driven head = Driven.seated(A, A, B);
        head.write(Driven.put(KEY, "t"));
        assertThat(wait(head, 1_400).status().unresponsive()).isEmpty();
        assertThat(wait(head, 200).status().unresponsive()).contains(B);
    }

    @Test
    void shouldNotNameASuccessorThatAnswersThoughNothingCommits() {
        Driven head = Driven.seated(A, A, B, C);
        head.write(Driven.put(KEY, "t"));
        for (int round = 0; round < 10; round++) {
            wait(head, 500).receive(B, new ChainMessage.At(Position.of(1, 1), 0));
        }
        assertThat(head.status().unresponsive()).as("the cause is behind B").isEmpty();
    }

    @Test
    void shouldNameNobodyWhileNothingIsAsked() {
        Driven head = Driven.seated(A, A, B);
        assertThat(wait(head, 10_000).status().unresponsive()).isEmpty();
    }

    @Test
    void shouldNameAPredecessorThatDoesNotConfirmTheEpoch() {
        Driven tail = Driven.seated(B, A, B);
        tail.adopt(configuration(2, List.of(A, B)));
        assertThat(wait(tail, 1_000).status().unresponsive()).isEmpty();
        assertThat(wait(tail, 20).status().unresponsive()).contains(A);
        tail.receive(A, new ChainMessage.Hello());
        assertThat(tail.status().unresponsive()).isEmpty();
    }

    @Test
    void shouldStartAfreshInANewEpoch() {
        Driven head = new Driven(A).adopt(configuration(1, List.of(A, B, C)));
        wait(head, 2_000).adopt(configuration(2, List.of(A, C)));
        assertThat(head.status().unresponsive()).isEmpty();
        assertThat(wait(head, 1_020).status().unresponsive()).contains(C);
    }

    @Test
    void shouldNameAJoiningReplicaThatDoesNotAnswerButNeverAccuseAsOne() {
        Driven tail = Driven.seated(B, A, B).adopt(joining(2, List.of(A, B), D));
        tail.receive(A, new ChainMessage.Hello());
        assertThat(wait(tail, 1_020).status().unresponsive()).contains(D);

        Driven joiner = new Driven(D).adopt(joining(2, List.of(A, B), D));
        assertThat(wait(joiner, 5_000).status().unresponsive()).isEmpty();
    }

    @Test
    void shouldNotNameAJoiningReplicaWhoseCopyTakesItsTime() {
        Driven tail = Driven.seated(B, A, B).adopt(joining(2, List.of(A, B), D));
        tail.receive(A, new ChainMessage.Hello())
                .receive(D, new ChainMessage.JoinAt(Position.NONE, false));
        tail.append(A, Driven.update(1, 1));
        assertThat(wait(tail, 20_000).status().unresponsive()).isEmpty();
    }
}
