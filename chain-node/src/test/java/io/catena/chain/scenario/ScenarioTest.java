package io.catena.chain.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Stories of the protocol as text: commands (see [Stage]) behind `> `, each followed by the trace
/// that it must give; `# ` tells what is going on. With `-Dupdate=true` the traces are written
/// anew: then the difference is what a change does to the protocol.
class ScenarioTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldGiveTheTraceThatTheStoryTells(Path file) throws IOException {
        List<String> told = Files.readAllLines(file);
        List<String> actual = play(told);
        if (Boolean.getBoolean("update")) {
            Files.write(file, actual);
        } else {
            assertThat(actual).as(() -> "the actual trace of " + file + ":\n"
                    + String.join("\n", actual)).isEqualTo(told);
        }
    }

    /// The story with the traces as they are.
    private static List<String> play(List<String> story) {
        Stage stage = new Stage();
        List<String> played = new ArrayList<>();
        for (String line : story) {
            if (line.startsWith("> ")) {
                played.add(line);
                played.addAll(stage.run(line.substring(2)));
            } else if (line.isEmpty() || line.startsWith("# ")) {
                played.add(line);
            }
        }
        return played;
    }
}
