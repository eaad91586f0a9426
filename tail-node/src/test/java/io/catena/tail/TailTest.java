package io.catena.tail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TailTest {
    @Test
    void shouldCommitWhatIsDurableHereAndOnAllBefore() {
        assertThat(CommitPoint.advance(1, 5, 3)).isEqualTo(3);
        assertThat(CommitPoint.advance(1, 3, 5)).isEqualTo(3);
    }

    @Test
    void shouldNeverGoBack() {
        assertThat(CommitPoint.advance(4, 2, 3)).isEqualTo(4);
    }

    @Test
    void shouldTellWhatIsCommittedOnlyWhileServingWithALease() {
        assertThat(QueryTail.answer(true, true, 7)).hasValue(7);
        assertThat(QueryTail.answer(false, true, 7)).isEmpty();
        assertThat(QueryTail.answer(true, false, 7)).isEmpty();
    }
}
