package io.catena.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulation is worth what it finds: every planted mistake, within a stated number of seeds.
class PlantedMistakeTest {
    @ParameterizedTest
    @EnumSource
    void shouldFindPlantedMistake(Mistake mistake) {
        Optional<Simulation.Outcome> found = LongStream.rangeClosed(1, mistake.seedsMax)
                .mapToObj(seed -> Simulation.run(seed, mistake.seams(), Optional.empty()))
                .filter(outcome -> outcome.violation().isPresent())
                .findFirst();

        assertThat(found).as("%s within %d seeds", mistake, mistake.seedsMax).isPresent();
        System.getLogger("simulation").log(System.Logger.Level.INFO, () -> mistake + " at seed "
                + found.get().seed() + ": " + found.get().violation().get().getMessage());
    }
}
