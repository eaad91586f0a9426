package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallTimesTest {
    private final CallTimes times = new CallTimes();

    @Test
    void shouldTellHowLongTheOldestCallThatRunsHasTaken() {
        assertThat(times.longestNanos()).isZero();
        long beforeNanos = System.nanoTime();
        long first = times.begin();
        long betweenNanos = System.nanoTime();
        long second = times.begin();
        assertThat(times.longestNanos())
                .isBetween(System.nanoTime() - betweenNanos - 1_000_000_000L,
                        System.nanoTime() - beforeNanos + 1_000_000_000L);
        times.end(first);
        assertThat(times.longestNanos())
                .isLessThanOrEqualTo(System.nanoTime() - betweenNanos + 1_000_000_000L);
        times.end(second);
        assertThat(times.longestNanos()).isZero();
    }
}
