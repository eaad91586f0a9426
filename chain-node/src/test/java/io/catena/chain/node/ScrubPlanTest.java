package io.catena.chain.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.ChainId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScrubPlanTest {
    private static final ChainId ONE = new ChainId(1);
    private static final ChainId TWO = new ChainId(2);
    private static final List<ChainId> CHAINS = List.of(ONE, TWO);
    private static final BodyId BODY = new BodyId(1, 1);

    private final ScrubPlan plan = new ScrubPlan(new ScrubSettings(1_000, 100, 5_000, 10), 0);

    private ScrubPlan.Step step(long nowMillis, ScrubPlan.Found found) {
        ScrubPlan.Step step = plan.next(nowMillis, CHAINS).orElseThrow();
        assertThat(plan.next(nowMillis, CHAINS)).as("one at a time").isEmpty();
        plan.done(nowMillis, found);
        return step;
    }

    @Test
    void shouldLookAtEverythingOfEachChainInTurn() {
        assertThat(plan.next(99, CHAINS)).isEmpty();
        assertThat(step(100, ScrubPlan.Found.NOTHING)).isEqualTo(new ScrubPlan.Index(ONE));
        assertThat(step(100, ScrubPlan.Found.bodies(0, 2, 1, Optional.of(BODY))))
                .isEqualTo(new ScrubPlan.Bodies(ONE, Optional.empty()));
        assertThat(step(100, ScrubPlan.Found.bodies(0, 1, 0, Optional.empty())))
                .isEqualTo(new ScrubPlan.Bodies(ONE, Optional.of(BODY)));
        assertThat(step(100, ScrubPlan.Found.compared(2, 1, 0)))
                .isEqualTo(new ScrubPlan.Compare(ONE));
        assertThat(plan.status().running()).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(step(100, ScrubPlan.Found.NOTHING).chain()).isEqualTo(TWO);
        }
        assertThat(plan.next(5_099, CHAINS)).isEmpty();
        assertThat(plan.status()).isEqualTo(
                new ScrubStatus(false, false, 0, 1, 0, 3, 1, 2, 1, 0));
        assertThat(plan.next(5_100, CHAINS)).contains(new ScrubPlan.Index(ONE));
    }

    @Test
    void shouldPayWithTimeForWhatItReads() {
        step(100, ScrubPlan.Found.index(3_000));
        assertThat(plan.next(3_099, CHAINS)).isEmpty();
        assertThat(plan.next(3_100, CHAINS)).isPresent();
    }

    @Test
    void shouldWaitForTheFirstChain() {
        assertThat(plan.next(100, List.of())).isEmpty();
        assertThat(plan.next(101, CHAINS)).isPresent();
    }

    @Test
    void shouldPauseResumeAndStartWhenTold() {
        plan.start(1);
        step(1, ScrubPlan.Found.NOTHING);
        plan.pause();
        assertThat(plan.next(200, CHAINS)).isEmpty();
        assertThat(plan.status().paused()).isTrue();
        assertThat(plan.status().running()).isTrue();
        plan.resume();
        assertThat(plan.next(200, CHAINS)).isPresent();
    }
}
