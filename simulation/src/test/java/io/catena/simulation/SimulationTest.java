package io.catena.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 300;
    /// Rare paths that so many seeds must have taken.
    private static final List<String> MARKS = List.of(
            "configuration: append", "configuration: promote", "configuration: remove",
            "configuration: restart", "joined", "BeginJoin", "StartCopy", "StoreChunk",
            "StoreOutcomes", "EndCopy", "MarkWhole", "ReadLog", "ReadChunk", "Lookup",
            "reply: Unknown", "reply: TooFewReplicas", "reply: Busy", "reply: Refused",
            "fault: CRASH_ALL", "fault: LEADER_CHANGES",
            "fault: LEADER_CUT_OFF", "fault: MASTERS_CRASH", "command: of a deposed leader",
            "command: lost with its leader", "lease withheld", "fault: PAUSE", "fault: ISOLATE");

    @Test
    void shouldFindNothingWrongInAnySeedAndTakeEveryRarePath() {
        List<String> violations = new ArrayList<>();
        TreeMap<String, Long> counts = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, Seams.HONEST, Optional.empty());
            outcome.violation().ifPresent(found -> violations.add(
                    "scripts/simulate --seed " + outcome.seed() + ": " + found.getMessage()));
            outcome.counts().all().forEach((name, n) -> counts.merge(name, n, Long::sum));
        }

        assertThat(violations).isEmpty();
        assertThat(counts).containsKeys(MARKS.toArray(String[]::new));
    }
}
