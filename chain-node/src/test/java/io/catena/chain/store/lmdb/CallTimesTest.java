package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallTimesTest {
    private long nowNanos;
    private final CallTimes times = new CallTimes(() -> nowNanos);

    @Test
    void shouldTellHowLongTheOldestCallThatRunsHasTaken() {
        assertThat(times.longestNanos()).isZero();
        nowNanos = 10;
        long first = times.begin();
        nowNanos = 15;
        long second = times.begin();
        nowNanos = 100;
        assertThat(times.longestNanos()).isEqualTo(90);
        times.end(first);
        assertThat(times.longestNanos()).isEqualTo(85);
        times.end(second);
        assertThat(times.longestNanos()).isZero();
    }
}
