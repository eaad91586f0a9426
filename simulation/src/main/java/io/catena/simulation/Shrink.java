package io.catena.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Makes the scenario of a failing seed short: leaves out whatever it fails without. Every attempt
/// is a run of its own; a smaller scenario may fail in another way, which is as good.
final class Shrink {
    private static final int RUNS_MAX = 600;
    private static final int HALVINGS = 10;

    private final long seed;
    private final Supplier<Seams> seams;
    private final PrintStream out;
    private Scenario scenario = Scenario.WHOLE;
    private Simulation.Outcome failure;
    private int runs;

    /// @param seams new ones for each run
    Shrink(long seed, Supplier<Seams> seams, PrintStream out) {
        this.seed = seed;
        this.seams = seams;
        this.out = out;
    }

    /// @return whether the seed fails at all
    boolean run() {
        failure = Simulation.run(seed, seams.get(), Optional.empty(), scenario);
        if (failure.violation().isEmpty()) {
            out.printf("seed %d shows no violation%n", seed);
            return false;
        }
        int former;
        do {
            former = size(failure);
            shorten();
            failure.kinds().forEach(kind -> attempt(scenario.withoutKind(kind)));
            fewer(failure.shape().clients(), scenario::clients);
            fewer(failure.shape().nodes(), scenario::nodes);
            List.copyOf(failure.faults()).forEach(fault ->
                    attempt(scenario.withoutFault(fault)));
            leaveOutRequests();
        } while (size(failure) < former && runs < RUNS_MAX);
        print();
        return true;
    }

    Simulation.Outcome failure() {
        return failure;
    }

    /// A run ends with its violation: one that fails later is not smaller, whatever is left out.
    private static int size(Simulation.Outcome outcome) {
        return outcome.faults().size() + outcome.requests().size() + outcome.shape().nodes();
    }

    private boolean attempt(Scenario smaller) {
        if (runs >= RUNS_MAX) {
            return false;
        }
        runs++;
        Simulation.Outcome outcome = Simulation.run(seed, seams.get(), Optional.empty(), smaller);
        if (outcome.violation().isEmpty() || size(outcome) > size(failure)) {
            return false;
        }
        scenario = smaller;
        failure = outcome;
        return true;
    }

    /// The shortest time of faults that does, by bisection.
    private void shorten() {
        long passes = 0;
        long fails = Math.min(failure.shape().faultsNanos(), failure.simulatedNanos());
        for (int i = 0; i < HALVINGS; i++) {
            long middle = (passes + fails) / 2;
            if (attempt(scenario.until(middle))) {
                fails = middle;
            } else {
                passes = middle;
            }
        }
    }

    private void fewer(int present, IntFunction<Scenario> with) {
        for (int most = 1; most < present; most++) {
            if (attempt(with.apply(most))) {
                return;
            }
        }
    }

    /// Large pieces first.
    private void leaveOutRequests() {
        int piece = Math.max(1, failure.requests().size() / 2);
        while (piece >= 1) {
            List<Long> requests = new ArrayList<>(failure.requests());
            for (int from = 0; from < requests.size(); from += piece) {
                attempt(scenario.withoutRequests(
                        requests.subList(from, Math.min(from + piece, requests.size()))));
            }
            piece /= 2;
        }
    }

    private void print() {
        Simulation.run(seed, seams.get(), Optional.of(out), scenario);
        out.printf("%nseed %d, shrunk in %d runs to %d nodes, %d clients, %d requests, faults %s, "
                        + "%d events in %d ms%n%s%n", seed, runs, failure.shape().nodes(),
                failure.shape().clients(), failure.requests().size(),
                new TreeSet<>(failure.kinds()), failure.events(),
                failure.simulatedNanos() / 1_000_000, failure.violation().orElseThrow());
    }
}
