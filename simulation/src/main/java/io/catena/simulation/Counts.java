package io.catena.simulation;

import java.util.TreeMap;

/// How often things happened in a run, by name: faults, operations, and rare paths that runs must
/// hit.
final class Counts {
    private final TreeMap<String, Long> byName = new TreeMap<>();

    void add(String name) {
        byName.merge(name, 1L, Long::sum);
    }

    long of(String name) {
        return byName.getOrDefault(name, 0L);
    }

    TreeMap<String, Long> all() {
        return byName;
    }
}
