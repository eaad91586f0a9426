package io.catena.chain.node;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.ChainId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What the scrub does next, and when: one chain after the other, its index, its bodies slice by
/// slice, and then the comparison with other replicas. Pure: time in, steps out, one under way at a
/// time. What was read is paid for by waiting.
final class ScrubPlan {
    /// A piece of a cycle.
    sealed interface Step {
        ChainId chain();
    }

    /// Verify the index.
    record Index(ChainId chain) implements Step {}

    /// Verify bodies behind `after`.
    record Bodies(ChainId chain, Optional<BodyId> after) implements Step {}

    /// Compare the index' digest with that of the other members.
    record Compare(ChainId chain) implements Step {}

    /// What a step came to.
    ///
    /// @param more bodies behind this one are still to be verified
    record Found(
            long bytes, int bodies, int bodiesDamaged, int compared, int differing, int uncompared,
            Optional<BodyId> more) {
        static final Found NOTHING = index(0);

        static Found index(long bytes) {
            return new Found(bytes, 0, 0, 0, 0, 0, Optional.empty());
        }

        static Found bodies(long bytes, int bodies, int damaged, Optional<BodyId> more) {
            return new Found(bytes, bodies, damaged, 0, 0, 0, more);
        }

        static Found compared(int compared, int differing, int uncompared) {
            return new Found(0, 0, 0, compared, differing, uncompared, Optional.empty());
        }
    }

    private final ScrubSettings settings;
    private final Deque<Step> steps = new ArrayDeque<>();
    private Optional<Step> underWay = Optional.empty();
    private ScrubStatus found = ScrubStatus.NONE;
    private boolean paused;
    private long cycleMillis;
    private long stepMillis;

    ScrubPlan(ScrubSettings settings, long nowMillis) {
        this.settings = settings;
        cycleMillis = nowMillis + settings.firstDelayMillis();
        stepMillis = nowMillis;
    }

    /// What to do now, if anything; [#done] must follow.
    ///
    /// @param chains that are here, for a cycle that starts now
    Optional<Step> next(long nowMillis, List<ChainId> chains) {
        if (paused || underWay.isPresent() || nowMillis < stepMillis) {
            return Optional.empty();
        }
        if (steps.isEmpty() && nowMillis >= cycleMillis && !chains.isEmpty()) {
            cycleMillis = nowMillis + settings.cycleMillis();
            for (ChainId chain : chains) {
                steps.addAll(List.of(new Index(chain), new Bodies(chain, Optional.empty()),
                        new Compare(chain)));
            }
        }
        underWay = Optional.ofNullable(steps.poll());
        return underWay;
    }

    void done(long nowMillis, Found result) {
        Step step = underWay.orElseThrow();
        underWay = Optional.empty();
        found = found.plus(result);
        result.more().ifPresent(id -> steps.push(new Bodies(step.chain(), Optional.of(id))));
        if (steps.isEmpty()) {
            found = found.withCycle();
        }
        stepMillis = nowMillis + result.bytes() * 1_000 / settings.bytesPerSecondMax();
    }

    /// Starts a cycle now, unless one runs.
    void start(long nowMillis) {
        cycleMillis = Math.min(cycleMillis, nowMillis);
        paused = false;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    ScrubStatus status() {
        int left = steps.size() + (underWay.isPresent() ? 1 : 0);
        return found.with(left > 0, paused, left);
    }
}
