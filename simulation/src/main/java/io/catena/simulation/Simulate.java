package io.catena.simulation;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/// Runs seeds: `--seed N` the first (default 1), `--seeds N` how many (default 100), `--trace`
/// prints every step, `--shrink` makes the scenario of a failing seed short. Ends with 1 when a
/// seed shows a violation.
public final class Simulate {
    private Simulate() {}

    /// See the class.
    public static void main(String[] args) {
        List<String> given = List.of(args);
        boolean one = given.contains("--seed") && !given.contains("--seeds");
        long seed = number(given, "--seed", 1);
        boolean failed = given.contains("--shrink")
                ? new Shrink(seed, () -> Seams.HONEST, System.out).run()
                : run(seed, number(given, "--seeds", one ? 1 : 100), given.contains("--trace"));
        if (failed) {
            System.exit(1);
        }
    }

    private static long number(List<String> args, String name, long otherwise) {
        int at = args.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(args.get(at + 1));
    }

    private static boolean run(long firstSeed, long seeds, boolean trace) {
        PrintStream out = System.out;
        Optional<PrintStream> print = trace ? Optional.of(out) : Optional.empty();
        Tally tally = new Tally();
        long startedNanos = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, Seams.HONEST, print);
            tally.add(outcome);
            outcome.violation().ifPresent(found -> {
                out.println(tally.violations().getLast());
                if (seeds == 1) {
                    found.printStackTrace(out);
                }
            });
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        double coreSeconds =
                ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
        tally.counts().forEach((name, count) -> out.printf("  %-32s %,12d%n", name, count));
        out.println(tally.summary(seconds, coreSeconds));
        out.printf("trace hash %016x%n", tally.hash());
        return !tally.violations().isEmpty();
    }
}
