package io.catena.server;

import io.catena.admin.RandomNames;
import io.catena.protocol.cluster.AccessKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// The first root key, made when a cluster is created: no default credentials exist. Two lines, id
/// and secret, readable by the owner only.
final class RootKeyFile {
    private RootKeyFile() {}

    static AccessKey create() {
        RandomNames names = new RandomNames(new SecureRandom());
        return AccessKey.ofRoot(names.accessKeyId(), names.secret());
    }

    /// Where it is kept until the cluster is founded.
    static Path in(Path data) {
        return data.resolve("root-key");
    }

    static void write(Path file, AccessKey key) throws IOException {
        writePrivate(file, key.id() + "\n" + key.secret() + "\n");
    }

    /// Writes a file that only its owner may read, from its first byte on.
    static void writePrivate(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    /// The key, while the cluster is not founded.
    static Optional<AccessKey> find(Path data) throws IOException {
        return Files.exists(in(data)) ? Optional.of(read(in(data))) : Optional.empty();
    }

    static AccessKey read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2) {
            throw new IOException(file + " does not hold an id and a secret");
        }
        return AccessKey.ofRoot(lines.get(0).trim(), lines.get(1).trim());
    }
}
