package io.catena.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 2_000;
    /// Rare paths that so many seeds must have taken.
    private static final List<String> MARKS = List.of(
            "configuration: append", "configuration: promote", "configuration: remove",
            "configuration: restart", "joined", "BeginJoin", "StartCopy", "StoreChunk",
            "StoreOutcomes", "EndCopy", "MarkWhole", "ReadLog", "ReadChunk", "Lookup",
            "ReadUsage", "reply: Used", "reply: Unknown",
            "reply: TooFewReplicas", "reply: Busy", "reply: Refused",
            "reply: NoSpace", "fault: CRASH_ALL", "fault: PAUSE", "fault: ISOLATE",
            "fault: LEADER_CHANGES", "fault: LEADER_CUT_OFF", "fault: LEADER_SPLIT_OFF",
            "fault: MASTERS_CRASH",
            "command: of a deposed leader", "command: lost with its leader", "heartbeat: Withheld",
            "torn write", "damage found", "disk replaced", "flush failed",
            "flush failed: no room", "asked to stand down", "link cut for good",
            "duty: DRAINING Done", "duty: DRAINING Refused", "configuration: append to move");

    @Test
    void shouldFindNothingWrongInAnySeedAndTakeEveryRarePath() throws Exception {
        long startedNanos = System.nanoTime();
        int cores = Runtime.getRuntime().availableProcessors();
        Tally tally = new Tally();
        long coreNanos = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
            List<Future<Part>> parts = new ArrayList<>();
            for (int core = 0; core < cores; core++) {
                int first = 1 + core;
                parts.add(threads.submit(() -> run(first, cores)));
            }
            for (Future<Part> part : parts) {
                tally.add(part.get().tally());
                coreNanos += part.get().coreNanos();
            }
        }

        System.getLogger("simulation").log(System.Logger.Level.INFO, tally.summary(
                (System.nanoTime() - startedNanos) / 1e9, coreNanos / 1e9) + "\n" + tally.faults());
        assertThat(tally.violations()).isEmpty();
        assertThat(tally.counts()).containsKeys(MARKS.toArray(String[]::new));
    }

    private record Part(Tally tally, long coreNanos) {}

    /// Every `step`-th seed; runs share nothing.
    private static Part run(int first, int step) {
        Tally tally = new Tally();
        for (long seed = first; seed <= SEEDS; seed += step) {
            tally.add(Simulation.run(seed, Seams.HONEST, Optional.empty()));
        }
        return new Part(tally, ManagementFactory.getThreadMXBean()
                .getCurrentThreadCpuTime());
    }
}
