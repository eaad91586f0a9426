package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// The disk of one of three servers stops answering: writes neither end nor fail. Its process ends
/// by itself, the chains go on without it, and it comes back when the disk does.
final class DiskHangSystemTest {
    private static final Duration SHELL_MAX = Duration.ofSeconds(30);
    private static final String BUCKET = "hang";
    private static final int HANGING = 2;
    private static final int COUNT = 50;
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    private static final Duration GONE_MAX = Duration.ofSeconds(40);

    private final List<String> written = new ArrayList<>();

    @Test
    void shouldGoOnWithoutAServerWhoseDiskHangs() throws Exception {
        Path directory = LocalCluster.emptyDirectory("hang");
        Path mounted = Files.createDirectories(directory.resolve("server-" + HANGING));
        Path image = directory.resolve("disk.img");
        Shell shell = new Shell(directory, Map.of());
        shell.run(SHELL_MAX, "truncate", "-s", "512M", image.toString());
        shell.run(SHELL_MAX, "mkfs.ext4", "-q", image.toString());
        shell.run(SHELL_MAX, "mount", "-o", "loop", image.toString(), mounted.toString());
        try (LocalCluster cluster = LocalCluster.up(directory, 3)) {
            try (S3Client client = cluster.client(1, 3, Duration.ofSeconds(30))) {
                client.createBucket(b -> b.bucket(BUCKET));
            }
            write(cluster, HANGING, "before");
            shell.run(SHELL_MAX, "fsfreeze", "-f", mounted.toString());
            try {
                LocalCluster.await(GONE_MAX, "the server with the hanging disk is gone",
                        () -> cluster.health(HANGING, "live").status() == 0);
                write(cluster, 1, "hanging-1");
                write(cluster, 3, "hanging-3");
            } finally {
                shell.run(SHELL_MAX, "fsfreeze", "-u", mounted.toString());
            }
            // What was frozen ends now; until it has, its port is taken.
            cluster.server("kill", HANGING);
            cluster.server("start", HANGING);
            cluster.awaitWhole(HANGING);
            write(cluster, HANGING, "after");
            verify(cluster);
        } finally {
            shell.run(SHELL_MAX, "umount", mounted.toString());
        }
    }

    private void write(LocalCluster cluster, int server, String prefix) {
        try (S3Client client = cluster.client(server, 3, CALL_MAX)) {
            for (int number = 0; number < COUNT; number++) {
                String key = prefix + "/" + number;
                client.putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromString(key));
                written.add(key);
            }
        }
    }

    private void verify(LocalCluster cluster) {
        try (S3Client client = cluster.client(HANGING, 3, CALL_MAX)) {
            for (String key : written) {
                assertThat(client.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asUtf8String())
                        .isEqualTo(key);
            }
        }
    }
}
