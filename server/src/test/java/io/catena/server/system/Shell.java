package io.catena.server.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs commands as a user would, and shows what they printed when they fail.
final class Shell {
    private final Map<String, String> environment;
    private final Path directory;

    Shell(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    /// A command's end.
    record Outcome(int code, String output, Duration took) {}

    /// Runs a command that must succeed within `most`; gives what it printed.
    String run(Duration most, String... command) {
        Outcome outcome = outcome(most, command);
        if (outcome.code() != 0) {
            throw new AssertionError(List.of(command) + " ended with " + outcome.code() + ":\n"
                    + outcome.output());
        }
        return outcome.output();
    }

    Outcome outcome(Duration most, String... command) {
        long startNanos = System.nanoTime();
        try {
            Path output = Files.createTempFile("catena-test", ".out");
            Process process = start(output, command);
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(List.of(command) + " did not end within " + most + ":\n"
                        + Files.readString(output));
            }
            String text = Files.readString(output);
            Files.delete(output);
            return new Outcome(
                    process.exitValue(), text, Duration.ofNanos(System.nanoTime() - startNanos));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private Process start(Path output, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(directory.toFile()).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
