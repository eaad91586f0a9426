package io.catena.master.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.cluster.Leases.Standing;
import io.catena.protocol.chain.Member;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final Member A = Member.of(1, 1);
    private static final long LEASE = 1_000;
    private static final long START = 10_000;

    private final Leases leases = new Leases(LEASE, START);

    @Test
    void shouldCountTheLeaseATenthLongerThanItsHolder() {
        long received = START + 5_000;
        leases.grant(A, received);
        assertThat(leases.of(A, received + LEASE + LEASE / 10)).isEqualTo(Standing.LIVE);
        assertThat(leases.of(A, received + LEASE + LEASE / 10 + 1)).isEqualTo(Standing.OVER);
    }

    @Test
    void shouldTakeEverybodyForAPossibleHolderInItsFirstLease() {
        assertThat(leases.of(A, START + 1_100)).isEqualTo(Standing.UNKNOWN);
        assertThat(leases.mayUnknownRun(START + 1_100)).isTrue();
        assertThat(leases.of(A, START + 1_101)).isEqualTo(Standing.OVER);
        assertThat(leases.mayUnknownRun(START + 1_101)).isFalse();
    }

    @Test
    void shouldNotShortenALeaseByALateHeartbeat() {
        leases.grant(A, START + 5_000);
        leases.grant(A, START + 4_000);
        assertThat(leases.of(A, START + 6_100)).isEqualTo(Standing.LIVE);
    }

    @Test
    void shouldEndALeaseForGood() {
        leases.grant(A, START);
        leases.end(A);
        assertThat(leases.of(A, START)).isEqualTo(Standing.OVER);
        assertThat(leases.grant(A, START + 1)).isFalse();
        assertThat(leases.live(START + 1)).isEmpty();
        assertThat(leases.grant(Member.of(1, 2), START + 1)).isTrue();
    }

    @Test
    void shouldCallNobodyDeadAfterItStoodStillItself() {
        leases.grant(A, START);
        leases.end(Member.of(2, 1));
        leases.hearAgain(START + 9_000);
        assertThat(leases.of(A, START + 9_000)).isEqualTo(Standing.UNKNOWN);
        assertThat(leases.of(Member.of(2, 1), START + 9_000)).isEqualTo(Standing.OVER);
        assertThat(leases.of(A, START + 10_101)).isEqualTo(Standing.OVER);
    }

    @Test
    void shouldForgetOnlyWhatIsOver() {
        leases.grant(A, START);
        leases.grant(Member.of(2, 1), START + 500);
        leases.forgetOver(START + 1_200);
        assertThat(leases.live(START + 1_200)).containsExactly(Member.of(2, 1));
        assertThat(leases.of(A, START + 1_200)).isEqualTo(Standing.OVER);
    }
}
