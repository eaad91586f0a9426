package io.catena.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules of style that only the sources show.
final class TidyTest {
    private static final int LINES_MAX = 600;
    private static final int COLUMNS_MAX = 100;
    private static final Pattern LEFTOVER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final Pattern PRINT = Pattern.compile(
            "System\\.(out|err)\\b|printStackTrace\\(");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\(");
    private static final Pattern SYNCHRONIZED = Pattern.compile("\\bsynchronized\\b");
    private static final Pattern SEALED_DEFAULT =
            Pattern.compile(
            "case (ChainMessage|ClientMessage|ClientReply|Effect|Input|Admission)\\.");

    private static Path repository() {
        return Path.of("").toAbsolutePath().getParent();
    }

    private static List<Path> sources(String part) throws IOException {
        try (Stream<Path> files = Files.walk(repository())) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains(part))
                    .filter(file -> !file.toString().contains("/target/")).sorted().toList();
        }
    }

    private static List<String> linesWith(Pattern pattern, List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(repository().relativize(file) + ":" + (i + 1));
                }
            }
        }
        return found;
    }

    @Test
    void shouldKeepFilesShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("/src/")) {
            long lines = Files.readAllLines(file).size();
            if (lines > LINES_MAX) {
                tooLong.add(repository().relativize(file) + " has " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void shouldKeepLinesShort() throws IOException {
        assertThat(linesWith(Pattern.compile("^.{" + (COLUMNS_MAX + 1) + ",}$"), sources("/src/")))
                .isEmpty();
    }

    @Test
    void shouldLeaveNoReminders() throws IOException {
        assertThat(linesWith(LEFTOVER, sources("/src/main/"))).isEmpty();
    }

    @Test
    void shouldPrintNothingInServers() throws IOException {
        assertThat(linesWith(PRINT, sources("/src/main/").stream()
                .filter(file -> !file.toString().contains("/simulation/")).toList())).isEmpty();
    }

    @Test
    void shouldNotSleepInsteadOfWaitingForACondition() throws IOException {
        assertThat(linesWith(SLEEP, sources("/src/").stream()
                .filter(file -> !file.endsWith("TidyTest.java")).toList())).isEmpty();
    }

    @Test
    void shouldNotLockInCores() throws IOException {
        List<Path> cores = new ArrayList<>(sources("/chain/replica/"));
        for (String core : List.of("/protocol/src/main/", "/head-node/src/main/",
                "/tail-node/src/main/", "/master/chains/", "/master/cluster/")) {
            cores.addAll(sources(core));
        }
        assertThat(cores).isNotEmpty();
        assertThat(linesWith(SYNCHRONIZED, cores)).isEmpty();
    }

    /// A switch over one of our sealed families names every case, so that a new one does not
    /// compile until each switch has decided on it.
    @Test
    void shouldSwitchOverSealedFamiliesWithoutDefault() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources("/src/main/")) {
            String text = Files.readString(file);
            for (String block : text.split("switch \\(")) {
                int end = block.indexOf("\n    }");
                String body = end < 0 ? block : block.substring(0, end);
                if (SEALED_DEFAULT.matcher(body).find() && body.contains("default ->")) {
                    found.add(repository().relativize(file).toString());
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
