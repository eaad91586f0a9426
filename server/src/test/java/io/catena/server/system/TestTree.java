package io.catena.server.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A real tree of files: the JDK's own directory, and from its sources as many files as it takes to
/// have 3,000.
final class TestTree {
    private static final int FILES_MIN = 3_000;

    private TestTree() {}

    /// How much there is.
    record Size(int files, long bytes) {}

    static Size make(Path target) throws IOException {
        Path jdk = Path.of(System.getProperty("java.home"));
        List<Path> files;
        try (Stream<Path> walk = Files.walk(jdk)) {
            files = walk.filter(Files::isRegularFile).filter(file -> !Files.isSymbolicLink(file))
                    .toList();
        }
        long bytes = 0;
        for (Path file : files) {
            Path copy = target.resolve("jdk").resolve(jdk.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
            bytes += Files.size(copy);
        }
        try (ZipFile sources = new ZipFile(jdk.resolve("lib/src.zip").toFile())) {
            return unpack(sources, target.resolve("src"), files.size(), bytes);
        }
    }

    private static Size unpack(ZipFile sources, Path target, int filesBefore, long bytesBefore)
            throws IOException {
        int files = filesBefore;
        long bytes = bytesBefore;
        Enumeration<? extends ZipEntry> entries = sources.entries();
        while (entries.hasMoreElements() && files < FILES_MIN) {
            ZipEntry entry = entries.nextElement();
            if (!entry.isDirectory()) {
                Path file = target.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                try (var in = sources.getInputStream(entry)) {
                    bytes += Files.copy(in, file);
                }
                files++;
            }
        }
        return new Size(files, bytes);
    }
}
