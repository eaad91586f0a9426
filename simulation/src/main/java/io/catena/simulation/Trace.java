package io.catena.simulation;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Supplier;

/// Everything that happened in a run, folded into one number: two runs of a seed must agree on it.
/// Every value folded in has a hash that rests on its content alone.
final class Trace {
    private final Optional<PrintStream> print;
    private long hash = 0xcbf29ce484222325L;

    /// @param print where each line goes as text as well, if anywhere
    Trace(Optional<PrintStream> print) {
        this.print = print;
    }

    void fold(long value) {
        long mixed = (hash ^ value) * 0xff51afd7ed558ccdL;
        hash = mixed ^ (mixed >>> 32);
    }

    /// Folds a record's kind and content.
    void fold(Record what) {
        fold(what.getClass().getName().hashCode());
        fold(what.hashCode());
    }

    void line(long nowNanos, Supplier<String> text) {
        print.ifPresent(out -> out.printf("%,14d us  %s%n", nowNanos / 1_000, text.get()));
    }

    long hash() {
        return hash;
    }
}
