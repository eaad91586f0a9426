package io.catena.simulation;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Runs seeds: `--seed N` the first (default 1), `--seeds N` how many (default 100), `--trace`
/// prints every step. Ends with 1 when a seed shows a violation.
public final class Simulate {
    private final PrintStream out;
    private final long firstSeed;
    private final long seeds;
    private final boolean trace;
    private final TreeMap<String, Long> counts = new TreeMap<>();
    private long events;
    private long operations;
    private long undecided;
    private long violations;
    private long simulatedNanos;
    private long hash;

    private Simulate(PrintStream out, long firstSeed, long seeds, boolean trace) {
        this.out = out;
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.trace = trace;
    }

    /// See the class.
    public static void main(String[] args) {
        List<String> given = List.of(args);
        boolean one = given.contains("--seed") && !given.contains("--seeds");
        Simulate simulate = new Simulate(System.out, number(given, "--seed", 1),
                number(given, "--seeds", one ? 1 : 100), given.contains("--trace"));
        if (simulate.run() > 0) {
            System.exit(1);
        }
    }

    private static long number(List<String> args, String name, long otherwise) {
        int at = args.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(args.get(at + 1));
    }

    private long run() {
        long startedNanos = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            add(Simulation.run(seed, Seams.HONEST, trace ? Optional.of(out) : Optional.empty()));
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        counts.forEach((name, count) -> out.printf("  %-32s %,12d%n", name, count));
        out.printf("seeds %,d  events %,d  events/s %,.0f  simulated %,d s  "
                        + "operations checked %,d  undecided keys %,d  violations %,d%n",
                seeds, events, events / seconds,
                simulatedNanos / 1_000_000_000L, operations, undecided, violations);
        out.printf("trace hash %016x%n", hash);
        return violations;
    }

    private void add(Simulation.Outcome outcome) {
        events += outcome.events();
        operations += outcome.operations();
        undecided += outcome.undecided();
        simulatedNanos += outcome.simulatedNanos();
        outcome.counts().all().forEach((name, count) -> counts.merge(name, count, Long::sum));
        hash = Long.rotateLeft(hash, 7) ^ outcome.hash();
        outcome.violation().ifPresent(found -> {
            violations++;
            out.printf("seed %d: %s%n  replay: scripts/simulate --seed %d --trace%n",
                    outcome.seed(), found.getMessage(), outcome.seed());
            if (seeds == 1) {
                found.printStackTrace(out);
            }
        });
    }
}
