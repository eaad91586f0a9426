package io.catena.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/// Whether the operations on one key can be put in one order that respects real time and in which
/// each makes sense: the search of Wing & Gong with the memoisation of Lowe, as in Knossos and
/// Porcupine. Operations whose outcome is not known may come at any time after their call, or
/// never.
public final class Linearizability {
    public enum Verdict { HOLDS, VIOLATED, UNDECIDED }

    /// The set is only asked whether it contains something: its order does not matter.
    private record Seen(BitSet done, long value) {}

    private static final int STEPS_MAX = 200_000;

    private final List<History.Operation> operations;
    private final HashSet<Seen> seen = new HashSet<>();
    private final BitSet done = new BitSet();
    private int steps;

    private Linearizability(List<History.Operation> operations) {
        this.operations = operations.stream()
                .sorted(Comparator.comparingLong(History.Operation::invokedNanos)).toList();
    }

    public static Verdict of(List<History.Operation> operations) {
        List<History.Operation> known =
                operations.stream().filter(o -> o.known() || wasSeen(o, operations)).toList();
        Verdict verdict = new Linearizability(known).search();
        return verdict == Verdict.VIOLATED && known.size() < operations.size()
                ? new Linearizability(operations).search() : verdict;
    }

    /// An unknown write whose value nobody saw can be left out first: that it never came is
    /// allowed.
    private static boolean wasSeen(History.Operation unknown, List<History.Operation> all) {
        return unknown.act() instanceof History.Act.Write(_, long value)
                && (value == 0 || all.stream().anyMatch(o -> sees(o, value)));
    }

    private static boolean sees(History.Operation operation, long value) {
        return operation.known() && switch (operation.act()) {
            case History.Act.Read read -> read.value() == value;
            case History.Act.Write write -> write.when() instanceof History.When.Holds(long held)
                    && held == value;
            case History.Act.Refusal _ -> false;
        };
    }

    /// One choice point: the value before it, what can come next, and which was tried last.
    private static final class Choice {
        final long value;
        final List<Integer> next;
        int tried = -1;

        Choice(long value, List<Integer> next) {
            this.value = value;
            this.next = next;
        }
    }

    private Verdict search() {
        List<Choice> path = new ArrayList<>();
        path.add(new Choice(0, next()));
        while (!path.isEmpty()) {
            if (allKnownDone()) {
                return Verdict.HOLDS;
            }
            if (steps++ > STEPS_MAX) {
                return Verdict.UNDECIDED;
            }
            step(path);
        }
        return Verdict.VIOLATED;
    }

    private void step(List<Choice> path) {
        Choice choice = path.getLast();
        if (choice.tried >= 0) {
            done.clear(choice.next.get(choice.tried));
        }
        while (++choice.tried < choice.next.size()) {
            int candidate = choice.next.get(choice.tried);
            History.Act act = operations.get(candidate).act();
            if (makesSense(act, choice.value)) {
                long after = act instanceof History.Act.Write w ? w.value() : choice.value;
                done.set(candidate);
                if (seen.add(new Seen((BitSet) done.clone(), after))) {
                    path.add(new Choice(after, next()));
                    return;
                }
                done.clear(candidate);
            }
        }
        path.removeLast();
    }

    private static boolean makesSense(History.Act act, long value) {
        return switch (act) {
            case History.Act.Read read -> read.value() == value;
            case History.Act.Write write -> write.when().test(value);
            case History.Act.Refusal refusal -> !refusal.when().test(value);
        };
    }

    /// Operations that may come next: called before any that is left has returned. Known ones
    /// first.
    private List<Integer> next() {
        long firstReturn = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            firstReturn = Math.min(firstReturn, operations.get(i).returnedNanos());
        }
        List<Integer> next = new ArrayList<>();
        List<Integer> unknown = new ArrayList<>();
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            if (operations.get(i).invokedNanos() > firstReturn) {
                break;
            }
            (operations.get(i).known() ? next : unknown).add(i);
        }
        next.addAll(unknown);
        return next;
    }

    private boolean allKnownDone() {
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            if (operations.get(i).known()) {
                return false;
            }
        }
        return true;
    }
}
