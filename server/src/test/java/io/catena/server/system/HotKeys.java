package io.catena.server.system;

import io.catena.protocol.chain.Bytes;
import io.catena.simulation.History;
import io.catena.simulation.History.Act;
import io.catena.simulation.Linearizability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What clients saw of a few keys that everybody uses at the same time, and whether it can be true.
/// Keys change from time to time: else each one's history would become too long to be judged.
final class HotKeys {
    static final List<String> BUCKETS = List.of("hot-one", "hot-two", "hot-three");
    private static final int KEYS_PER_BUCKET = 2;

    /// A key of a bucket.
    record Key(String bucket, String name) {
        private Bytes inHistory() {
            return Bytes.utf8(bucket + "/" + name);
        }
    }

    private final History history = new History();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> anomalies = new ArrayList<>();
    private final List<Key> all = new ArrayList<>();
    private volatile List<Key> hot = List.of();
    private int generation;
    private int undecided;

    /// From now on other keys are used.
    synchronized void turn() {
        generation++;
        List<Key> next = new ArrayList<>();
        for (String bucket : BUCKETS) {
            for (int number = 1; number <= KEYS_PER_BUCKET; number++) {
                next.add(new Key(bucket, "%s%d".formatted(prefix(), number)));
            }
        }
        all.addAll(next);
        hot = List.copyOf(next);
    }

    private String prefix() {
        return "turn-%04d/".formatted(generation);
    }

    List<Key> hot() {
        return hot;
    }

    synchronized List<Key> all() {
        return List.copyOf(all);
    }

    /// An act with a certain end.
    void saw(Key key, Act act, long invokedNanos) {
        add(key, act, invokedNanos, System.nanoTime());
    }

    /// A write that may come at any later time, or never.
    void mayCome(Key key, Act.Write write, long invokedNanos) {
        add(key, write, invokedNanos, History.NEVER);
    }

    private synchronized void add(Key key, Act act, long invokedNanos, long returnedNanos) {
        history.add(key.inHistory(), act, invokedNanos, returnedNanos);
    }

    synchronized void count(String outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    /// Something that must not be, whatever the history is.
    synchronized void anomaly(String what) {
        anomalies.add(what);
    }

    /// Everything that cannot be true.
    synchronized List<String> anomalies() {
        List<String> found = new ArrayList<>(anomalies);
        history.byKey().forEach((key, operations) -> {
            switch (Linearizability.of(operations)) {
                case HOLDS -> { }
                case UNDECIDED -> undecided++;
                case VIOLATED -> found.add(key.toUtf8() + ":\n" + print(operations));
            }
        });
        return found;
    }

    /// Of how many keys the last judgement took too long: few, or nothing is shown.
    synchronized int undecided() {
        return undecided;
    }

    private static String print(List<History.Operation> operations) {
        StringBuilder text = new StringBuilder();
        operations.stream().sorted(java.util.Comparator.comparingLong(
                        History.Operation::invokedNanos))
                .forEach(o -> text.append("  %d %s %s%n".formatted(o.invokedNanos(),
                        o.returnedNanos() == History.NEVER ? "never" : o.returnedNanos(),
                        o.act())));
        return text.toString();
    }

    synchronized long size() {
        return history.size();
    }

    synchronized String outcomes() {
        return outcomes.toString();
    }
}
