package io.catena.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What many runs came to.
final class Tally {
    private final TreeMap<String, Long> counts = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private long seeds;
    private long events;
    private long operations;
    private long undecided;
    private long simulatedNanos;
    private long hash;

    void add(Simulation.Outcome outcome) {
        seeds++;
        events += outcome.events();
        operations += outcome.operations();
        undecided += outcome.undecided();
        simulatedNanos += outcome.simulatedNanos();
        outcome.counts().all().forEach((name, count) -> counts.merge(name, count, Long::sum));
        hash = Long.rotateLeft(hash, 7) ^ outcome.hash();
        outcome.violation().ifPresent(found -> violations.add(
                "seed %d: %s\n  replay: scripts/simulate --seed %d --trace, or --shrink".formatted(
                        outcome.seed(), found.getMessage(), outcome.seed())));
    }

    /// Takes what another part of the same runs came to.
    void add(Tally other) {
        seeds += other.seeds;
        events += other.events;
        operations += other.operations;
        undecided += other.undecided;
        simulatedNanos += other.simulatedNanos;
        other.counts.forEach((name, count) -> counts.merge(name, count, Long::sum));
        hash ^= other.hash;
        violations.addAll(other.violations);
    }

    TreeMap<String, Long> counts() {
        return counts;
    }

    List<String> violations() {
        return violations;
    }

    long hash() {
        return hash;
    }

    double eventsPer(double seconds) {
        return events / seconds;
    }

    /// @param coreSeconds that processors spent on it
    String summary(double seconds, double coreSeconds) {
        return ("seeds %,d  events %,d  events/s %,.0f  events/s of one core %,.0f  "
                + "simulated %,d s  operations checked %,d  undecided keys %,d  violations %,d")
                .formatted(seeds, events, events / seconds, events / coreSeconds,
                        simulatedNanos / 1_000_000_000L, operations, undecided, violations.size());
    }

    /// How often each kind of fault was injected.
    String faults() {
        StringBuilder text = new StringBuilder("faults");
        counts.tailMap("fault: ").forEach((name, count) -> {
            if (name.startsWith("fault: ")) {
                text.append("  ").append(name.substring(7)).append(' ').append(count);
            }
        });
        return text.toString();
    }
}
