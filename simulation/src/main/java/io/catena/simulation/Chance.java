package io.catena.simulation;

import java.util.List;

/// The only source of chance in a run: SplitMix64 from the seed, so that a seed is a whole run.
final class Chance {
    private long state;

    Chance(long seed) {
        this.state = seed;
    }

    long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /// 0 to `bound` - 1.
    long below(long bound) {
        return (nextLong() >>> 1) % bound;
    }

    int below(int bound) {
        return (int) below((long) bound);
    }

    /// `least` to `most`, both possible.
    long between(long least, long most) {
        return least + below(most - least + 1);
    }

    int between(int least, int most) {
        return (int) between((long) least, (long) most);
    }

    boolean percent(int percent) {
        return below(100) < percent;
    }

    boolean oneIn(int count) {
        return below(count) == 0;
    }

    <T> T pick(List<T> from) {
        return from.get(below(from.size()));
    }

    /// A latency with a long tail: mostly around `typicalNanos`, now and then up to `worstNanos`.
    long latencyNanos(long typicalNanos, long worstNanos) {
        return oneIn(25) ? between(typicalNanos, worstNanos)
                : between(typicalNanos / 2, typicalNanos * 3 / 2);
    }
}
