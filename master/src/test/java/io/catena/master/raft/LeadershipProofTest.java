package io.catena.master.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeadershipProofTest {
    private static final long AGO = 1_000_000;
    private static final List<NodeId> TWO = List.of(new NodeId(2), new NodeId(3));
    private static final List<NodeId> FOUR =
            List.of(new NodeId(2), new NodeId(3), new NodeId(4), new NodeId(5));

    private final LeadershipProof proof = new LeadershipProof(() -> { });

    @Test
    void shouldNeedNobodyWhenAlone() {
        assertThat(proof.confirmedNanos(1, List.of(), 500, AGO)).isEqualTo(500);
    }

    @Test
    void shouldTakeTheSendingOfTheLatestAcceptedRequest() {
        assertThat(proof.confirmedNanos(1, TWO, 500, AGO)).isEqualTo(500 - AGO);
        proof.onAccepted(new NodeId(2), 1, 400);
        proof.onAccepted(new NodeId(2), 1, 300);
        proof.onAccepted(new NodeId(3), 1, 350);
        assertThat(proof.confirmedNanos(1, TWO, 500, AGO)).isEqualTo(400);
    }

    @Test
    void shouldNeedAMajority() {
        proof.onAccepted(new NodeId(2), 1, 400);
        assertThat(proof.confirmedNanos(1, FOUR, 500, AGO)).isEqualTo(500 - AGO);
        proof.onAccepted(new NodeId(5), 1, 200);
        assertThat(proof.confirmedNanos(1, FOUR, 500, AGO)).isEqualTo(200);
    }

    @Test
    void shouldNotTakeAnotherTermsWord() {
        proof.onAccepted(new NodeId(2), 2, 400);
        assertThat(proof.confirmedNanos(1, TWO, 500, AGO)).isEqualTo(500 - AGO);
        assertThat(proof.confirmedNanos(2, TWO, 500, AGO)).isEqualTo(400);
        proof.onAccepted(new NodeId(2), 1, 450);
        assertThat(proof.confirmedNanos(2, TWO, 500, AGO)).isEqualTo(400);
    }
}
