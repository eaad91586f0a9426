package io.catena.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShrinkTest {
    @Test
    void shouldMakeAFailingScenarioShortAndStillFailing() {
        Simulation.Outcome whole =
                Simulation.run(1, Mistake.EARLY412.seams(), Optional.empty());
        assertThat(whole.violation()).isPresent();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        // Faults play no part in this mistake: nothing is left of them, and few requests.
        Shrink shrink = new Shrink(
                1, PlantedSeams.Early412::new, new PrintStream(printed, true,
                        StandardCharsets.UTF_8));

        assertThat(shrink.run()).isTrue();
        assertThat(shrink.failure().violation()).isPresent();
        assertThat(shrink.failure().faults()).isEmpty();
        assertThat(shrink.failure().requests()).hasSizeLessThan(whole.requests().size() / 5);
        assertThat(shrink.failure().events()).isLessThanOrEqualTo(whole.events());
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("seed 1, shrunk");
    }

    @Test
    void shouldSayThatASeedDoesNotFail() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        boolean failed = new Shrink(1, () -> Seams.HONEST, new PrintStream(printed, true,
                StandardCharsets.UTF_8)).run();

        assertThat(failed).isFalse();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("no violation");
    }
}
