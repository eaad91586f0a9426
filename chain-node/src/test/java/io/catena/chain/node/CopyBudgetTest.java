package io.catena.chain.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CopyBudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = -77;

    private final CopyBudget budget = new CopyBudget(1_000, START);

    @Test
    void shouldGiveTheRateOnAverage() {
        long nowNanos = START;
        while (nowNanos < START + 100 * SECOND) {
            budget.take(90, nowNanos);
            nowNanos += SECOND / 100;
        }
        assertThat(budget.takenBytes()).isBetween(99_000L, 101_000L);
    }

    @Test
    void shouldNotSaveUpForLong() {
        int taken = 0;
        while (budget.take(10, START + 1_000 * SECOND)) {
            taken += 10;
        }
        assertThat(taken).isEqualTo(250);
    }

    @Test
    void shouldTakeABodyOfAnySizeAndWaitForItsWorth() {
        assertThat(budget.take(10_000, START)).isTrue();
        assertThat(budget.take(1, START + 9 * SECOND)).isFalse();
        assertThat(budget.take(1, START + 10 * SECOND)).isTrue();
        assertThat(budget.takenBytes()).isEqualTo(10_001);
    }
}
