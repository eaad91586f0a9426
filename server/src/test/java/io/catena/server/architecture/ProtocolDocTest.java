package io.catena.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.message.ChainMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/protocol.md says which test shows each rule: what it names must be there.
class ProtocolDocTest {
    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
    /// `Class.method`, or `.method` of the class named before.
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)?\\.(\\w+)`");
    private static final Pattern STORY = Pattern.compile("\\*([a-z]+(?:-[a-z]+)+)\\*");

    private static String doc() throws IOException {
        return Files.readString(REPOSITORY.resolve("docs/protocol.md"));
    }

    private static TreeMap<String, String> sources() throws IOException {
        TreeMap<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/")).toList()) {
                String name = file.getFileName().toString();
                sources.put(name.substring(0, name.length() - 5), Files.readString(file));
            }
        }
        return sources;
    }

    @Test
    void shouldNameTestsThatExist() throws IOException {
        TreeMap<String, String> sources = sources();
        List<String> missing = new ArrayList<>();
        String type = "";
        for (MatchResult named : TEST.matcher(doc()).results().toList()) {
            type = named.group(1) == null ? type : named.group(1);
            if (!sources.getOrDefault(type, "").contains(" " + named.group(2))) {
                missing.add(type + named.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldTellEveryStoryThatItNames() throws IOException {
        Path stories = REPOSITORY.resolve("chain-node/src/test/resources/scenarios");
        assertThat(STORY.matcher(doc()).results().map(story -> story.group(1)))
                .isNotEmpty()
                .allSatisfy(story -> assertThat(stories.resolve(story + ".txt")).exists());
    }

    @Test
    void shouldExplainEveryMessageOfTheChain() throws IOException {
        String doc = doc();
        assertThat(ChainMessage.class.getPermittedSubclasses()).allSatisfy(message ->
                assertThat(doc).contains("`" + message.getSimpleName() + "`"));
    }
}
