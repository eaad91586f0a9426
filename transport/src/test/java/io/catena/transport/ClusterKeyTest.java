package io.catena.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeyTest {
    private static final Bytes SECRET = Bytes.utf8("secret");

    @Test
    void shouldOpenWhatItSealedForTheSamePurposeOnly() throws Exception {
        ClusterKey key = ClusterKey.create();
        Bytes sealed = key.seal(SECRET, "here");
        assertThat(key.open(sealed, "here")).isEqualTo(SECRET);
        assertThat(sealed.indexOf(SECRET, 0)).isEqualTo(-1);
        assertThat(key.seal(SECRET, "here")).isNotEqualTo(sealed);
        byte[] changed = sealed.toArray();
        changed[changed.length - 1] ^= 1;
        for (Bytes wrong : List.of(Bytes.wrap(changed), Bytes.EMPTY, sealed.slice(0, 12))) {
            assertThatThrownBy(() -> key.open(wrong, "here"))
                    .isInstanceOf(GeneralSecurityException.class);
        }
        assertThatThrownBy(() -> key.open(sealed, "there"))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> ClusterKey.create().open(sealed, "here"))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void shouldBeReadAsItWasWrittenByItsOwnerOnly(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("cluster.key");
        ClusterKey key = ClusterKey.create();
        key.write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ClusterKey.read(file).open(key.seal(SECRET, "here"), "here"))
                .isEqualTo(SECRET);
        Files.writeString(file, "abcd");
        assertThatThrownBy(() -> ClusterKey.read(file)).isInstanceOf(IOException.class);
    }
}
