package io.catena.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeterminismTest {
    @Test
    void shouldRunTheSameEventsForTheSameSeedInTwoJvms() throws Exception {
        assertThat(hashFromAnotherJvm()).isEqualTo(hashFromAnotherJvm());
    }

    @Test
    void shouldRunOtherEventsForAnotherSeed() {
        assertThat(Simulation.run(1, Seams.HONEST, Optional.empty()).hash())
                .isEqualTo(Simulation.run(1, Seams.HONEST, Optional.empty()).hash())
                .isNotEqualTo(Simulation.run(2, Seams.HONEST, Optional.empty()).hash());
    }

    private static String hashFromAnotherJvm() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-Xmx256m",
                "-cp", System.getProperty("java.class.path"),
                Simulate.class.getName(), "--seed", "1", "--seeds", "10")
                .redirectErrorStream(true).start();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("trace hash");
        return output.substring(output.indexOf("trace hash")).strip();
    }
}
