package io.catena.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.invariant.InvariantViolation;
import org.junit.jupiter.api.Test;

class RequestOutcomesTest {
    private final RequestOutcomes outcomes = new RequestOutcomes(3);

    private void add(long seq) {
        outcomes.add(new RequestId(0, seq), Position.of(1, seq));
    }

    @Test
    void shouldFindWhereARequestStands() {
        add(1);

        assertThat(outcomes.find(new RequestId(0, 1))).contains(Position.of(1, 1));
        assertThat(outcomes.find(new RequestId(0, 2))).isEmpty();
    }

    @Test
    void shouldMakeRoomForTheNewestByTheOldest() {
        for (long seq = 1; seq <= 4; seq++) {
            add(seq);
        }

        assertThat(outcomes.size()).isEqualTo(3);
        assertThat(outcomes.find(new RequestId(0, 1))).isEmpty();
    }

    @Test
    void shouldForgetWhatIsNoLongerPartOfTheLog() {
        add(1);
        add(2);

        outcomes.truncate(1);

        assertThat(outcomes.find(new RequestId(0, 2))).isEmpty();
        assertThat(outcomes.find(new RequestId(0, 1))).isPresent();
    }

    @Test
    void shouldListAPartInOrder() {
        add(1);
        add(2);
        add(3);

        assertThat(outcomes.after(1, 3, 1)).containsExactly(
                new RequestOutcomes.Outcome(new RequestId(0, 2), Position.of(1, 2)));
    }

    @Test
    void shouldStopWhenOutcomesComeOutOfOrder() {
        add(2);

        assertThatThrownBy(() -> add(2)).isInstanceOf(InvariantViolation.class);
    }
}
