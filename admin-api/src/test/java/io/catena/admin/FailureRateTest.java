package io.catena.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FailureRateTest {
    private final FailureRate rate = new FailureRate();

    private void fail(String address, int times, long nowMillis) {
        for (int i = 0; i < times; i++) {
            rate.add(address, nowMillis);
        }
    }

    @Test
    void shouldCountEachAddressForAMinute() {
        fail("a", FailureRate.FAILURES_MAX - 1, 1_000);
        assertThat(rate.isExceeded("a", 1_000)).isFalse();
        fail("a", 1, 30_000);
        assertThat(rate.isExceeded("a", 60_999)).isTrue();
        assertThat(rate.isExceeded("b", 60_999)).isFalse();
        assertThat(rate.isExceeded("a", 61_000)).isFalse();
        fail("a", 1, 61_000);
        assertThat(rate.isExceeded("a", 61_000)).isFalse();
    }

    @Test
    void shouldForgetTheOldestAddressWhenThereAreTooMany() {
        fail("first", FailureRate.FAILURES_MAX, 0);
        for (int i = 1; i < FailureRate.ADDRESSES_MAX; i++) {
            fail("a" + i, FailureRate.FAILURES_MAX, 1);
        }
        assertThat(rate.isExceeded("first", 2)).isTrue();
        fail("last", 1, 2);
        assertThat(rate.isExceeded("first", 2)).isFalse();
        assertThat(rate.isExceeded("a1", 2)).isTrue();
    }
}
