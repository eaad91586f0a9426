package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import org.junit.jupiter.api.Test;

/// How many nodes may be argued out, and how soon one is back.
class RemovalCapTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ChainId CHAIN = new ChainId(1);
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);
    private static final NodeId C = new NodeId(3);

    private final RemovalCap cap = new RemovalCap();
    private final HoldDown holdDown = new HoldDown(SECOND);

    @Test
    void shouldAdmitOneNodeInAMinuteInASmallCluster() {
        assertThat(cap.admits(A, 3, 0)).isTrue();
        cap.asked(A, 0);
        assertThat(cap.admits(A, 3, SECOND)).as("the same node again").isTrue();
        assertThat(cap.admits(B, 3, 60 * SECOND)).isFalse();
        assertThat(cap.admits(B, 3, 60 * SECOND + 1)).isTrue();
    }

    @Test
    void shouldCountAServerWithAllItsDisksOnce() {
        cap.asked(A, 0);
        assertThat(cap.admits(new NodeId(1, 2), 3, SECOND)).isTrue();
        cap.asked(new NodeId(1, 2), SECOND);
        assertThat(cap.leaving(SECOND)).containsExactly(A);
    }

    @Test
    void shouldAdmitATenthInAMinuteButOneAtATimeInALargeCluster() {
        cap.asked(A, 0);
        assertThat(cap.admits(B, 20, 2 * SECOND)).as("one at a time").isFalse();
        assertThat(cap.admits(B, 20, 3 * SECOND)).isTrue();
        cap.asked(B, 3 * SECOND);
        assertThat(cap.admits(C, 29, 10 * SECOND)).as("two of 29").isFalse();
        assertThat(cap.admits(C, 30, 10 * SECOND)).isTrue();
        assertThat(cap.leaving(10 * SECOND)).containsExactly(A, B);
    }

    @Test
    void shouldDoubleTheWaitWithEachRemovalUpToFiveMinutes() {
        long nowNanos = 0;
        for (long waitSeconds : new long[] {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            holdDown.removed(CHAIN, A, nowNanos);
            if (waitSeconds > 0) {
                assertThat(holdDown.holds(CHAIN, A, nowNanos + waitSeconds * SECOND - 1)).isTrue();
            }
            nowNanos += waitSeconds * SECOND;
            assertThat(holdDown.holds(CHAIN, A, nowNanos)).as("%s s", waitSeconds).isFalse();
        }
        assertThat(holdDown.holds(CHAIN, B, 0)).isFalse();
        assertThat(holdDown.holds(new ChainId(2), A, nowNanos)).isFalse();
    }

    @Test
    void shouldForgetAfterAQuietWhile() {
        holdDown.removed(CHAIN, A, 0);
        holdDown.removed(CHAIN, A, 10 * SECOND);
        holdDown.removed(CHAIN, A, 611 * SECOND);
        assertThat(holdDown.holds(CHAIN, A, 611 * SECOND)).isFalse();
    }
}
