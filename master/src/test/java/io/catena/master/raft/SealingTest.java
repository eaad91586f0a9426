package io.catena.master.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.transport.ClusterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingTest {
    private static final byte[] COMMAND = {8, 0, 0, 0, 1, 'k'};
    /// Made with another program, from a key of zeros.
    private static final String GOLDEN = "80cb335201963d64dff163dbc0d038a098e9c9d9de95";

    @Test
    void shouldReadWhatEveryBuildWrote(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("cluster.key");
        Files.writeString(file, "00".repeat(32) + "\n");
        Sealing sealing = new Sealing(Optional.of(ClusterKey.read(file)));
        assertThat(sealing.open(COMMAND)).as("before there were keys").isEqualTo(COMMAND);
        assertThat(sealing.open(sealing.seal(COMMAND))).isEqualTo(COMMAND);
        assertThat(sealing.open(HexFormat.of().parseHex("e1" + "000102030405060708090a0b"
                + GOLDEN))).isEqualTo(COMMAND);
    }

    @Test
    void shouldNotGuessWithoutTheKey() {
        byte[] sealed = new Sealing(Optional.of(ClusterKey.create())).seal(COMMAND);
        for (Optional<ClusterKey> wrong : List.of(
                Optional.<ClusterKey>empty(), Optional.of(ClusterKey.create()))) {
            assertThatThrownBy(() -> new Sealing(wrong).open(sealed))
                    .isInstanceOf(IOException.class);
        }
    }
}
