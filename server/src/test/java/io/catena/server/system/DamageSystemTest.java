package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Bytes that change on the disk of a stopped server are never served, and are whole again after
/// its restart.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DamageSystemTest {
    private static final String BUCKET = "damage";
    private static final int OBJECTS = 30;
    private static final int DAMAGED = 2;
    private static final Duration REPAIR_MAX = Duration.ofSeconds(60);

    private LocalCluster cluster;
    private S3Client client;

    @BeforeAll
    void start() throws Exception {
        cluster = LocalCluster.up(LocalCluster.emptyDirectory("damage"), 3);
        client = cluster.client(DAMAGED, 1, Duration.ofSeconds(30));
        client.createBucket(b -> b.bucket(BUCKET));
        for (int i = 0; i < OBJECTS; i++) {
            String key = key(i);
            byte[] bytes = bytes(i);
            client.putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
        }
    }

    @AfterAll
    void stop() {
        client.close();
        cluster.close();
    }

    private static String key(int i) {
        return "object-%03d".formatted(i);
    }

    private static byte[] bytes(int i) {
        byte[] bytes = new byte[i % 3 == 0 ? 500 : 150_000];
        new Random(i).nextBytes(bytes);
        return bytes;
    }

    private void readAll() {
        for (int i = 0; i < OBJECTS; i++) {
            String key = key(i);
            assertThat(client.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asByteArray())
                    .as(key).isEqualTo(bytes(i));
        }
        assertThat(client.listObjectsV2(l -> l.bucket(BUCKET)).contents()).hasSize(OBJECTS);
    }

    private Path disk(String file) {
        return cluster.directory.resolve("server-" + DAMAGED + "/data/disk/" + file);
    }

    @Test
    void shouldServeAndRepairAfterBytesOfItsFilesChanged() throws IOException {
        cluster.server("kill", DAMAGED);
        damageBodies();
        cluster.server("start", DAMAGED);
        cluster.awaitWhole(1);
        readAll();
        LocalCluster.await(REPAIR_MAX, "all bodies are whole again", () -> {
            double found = cluster.metric(DAMAGED, "catena_disk_damaged_bodies_total");
            return found > 0
                    && cluster.metric(DAMAGED, "catena_disk_repaired_bodies_total") == found;
        });
        readAll();

        cluster.server("kill", DAMAGED);
        damageIndex();
        cluster.server("start", DAMAGED);
        cluster.awaitWhole(1);
        assertThat(cluster.metric(DAMAGED, "catena_disk_lost_chains_total")
                + cluster.metric(DAMAGED, "catena_disk_set_aside_total")).isPositive();
        readAll();
    }

    /// A byte in each 64 KiB.
    private void damageBodies() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk("bodies.dat").toFile(), "rw")) {
            for (long at = 10; at < file.length(); at += 64 << 10) {
                flip(file, at);
            }
        }
    }

    /// A bit of an object's name, wherever it stands.
    private void damageIndex() throws IOException {
        String content = Files.readString(disk("data.mdb"), StandardCharsets.ISO_8859_1);
        int at = content.indexOf(key(7));
        assertThat(at).isPositive();
        try (RandomAccessFile file = new RandomAccessFile(disk("data.mdb").toFile(), "rw")) {
            while (at >= 0) {
                flip(file, at + 8);
                at = content.indexOf(key(7), at + 1);
            }
        }
    }

    private static void flip(RandomAccessFile file, long at) throws IOException {
        file.seek(at);
        int value = file.read();
        file.seek(at);
        file.write(value ^ 1);
    }
}
