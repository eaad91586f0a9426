package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

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

/// Three servers of two disks each. One disk fails, in each of the ways that disks have: its
/// replicas leave their chains, the server with its gateway, its voter and its other disk goes on,
/// and when the fault is gone the disk comes back by itself.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DiskFailureSystemTest {
    private static final String BUCKET = "disks";
    private static final int SERVER = 2;
    private static final String SEAT = "n2d2.";
    private static final int OBJECTS = 20;
    private static final int LARGE_BYTES = 300_000;
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    private static final Duration CHANGE_MAX = Duration.ofSeconds(60);
    private static final Duration BACK_MAX = Duration.ofSeconds(120);

    private LoopDisk disk;
    private LocalCluster cluster;
    private S3Client client;
    private long process;

    @BeforeAll
    void start() throws Exception {
        Path directory = LocalCluster.emptyDirectory("disks");
        disk = new LoopDisk(directory.resolve("disk.img"),
                directory.resolve("server-" + SERVER + "/data/disk-2"));
        cluster = LocalCluster.up(directory, 3, 2);
        client = cluster.client(SERVER, 3, CALL_MAX);
        client.createBucket(b -> b.bucket(BUCKET));
        process = process();
        assertThat(hasSeats()).isTrue();
    }

    @AfterAll
    void stop() {
        client.close();
        cluster.close();
        disk.close();
    }

    private long process() throws Exception {
        return Long.parseLong(Files.readString(
                cluster.directory.resolve("server-" + SERVER + "/server.pid")).trim());
    }

    private boolean hasSeats() {
        return cluster.health(1, "cluster").body().contains(SEAT);
    }

    @Test
    void shouldGoOnWithoutADiskThatHangs() throws Exception {
        try (SteadyWriter writer = new SteadyWriter(cluster, BUCKET)) {
            putAndRead("hang-before");
            writer.awaitWrites("before the disk hangs");
            disk.freeze();
            try {
                awaitGone(writer);
                putAndRead("hang-meanwhile");
                assertVotes();
            } finally {
                disk.thaw();
            }
            awaitBack(writer);
            putAndRead("hang-after");
            read("hang-before");
            writer.verify();
        }
    }

    @Test
    void shouldGoOnWithoutADiskThatTurnsReadOnly() throws Exception {
        try (SteadyWriter writer = new SteadyWriter(cluster, BUCKET)) {
            putAndRead("read-only-before");
            writer.awaitWrites("before the disk is read-only");
            disk.turnReadOnly();
            awaitGone(writer);
            putAndRead("read-only-meanwhile");
            disk.repair();
            awaitBack(writer);
            read("read-only-before");
            writer.verify();
        }
    }

    @Test
    void shouldGoOnWithoutADiskThatAnswersErrors() throws Exception {
        try (SteadyWriter writer = new SteadyWriter(cluster, BUCKET)) {
            putAndRead("errors-before");
            writer.awaitWrites("before the disk answers errors");
            disk.answerErrors();
            awaitGone(writer);
            putAndRead("errors-meanwhile");
            disk.repair();
            awaitBack(writer);
            read("errors-before");
            writer.verify();
        }
    }

    /// Out of all its chains, which take writes again, through the very server too.
    private void awaitGone(SteadyWriter writer) throws Exception {
        LocalCluster.await(CHANGE_MAX, "the disk has left its chains", () -> !hasSeats());
        assertThat(serves(2)).isFalse();
        writer.awaitWrites("without the disk");
        LocalCluster.await(CHANGE_MAX, "the other disk serves", () -> serves(1));
        assertThat(cluster.health(SERVER, "ready").status()).isEqualTo(200);
        assertThat(cluster.health(SERVER, "live").body()).contains("reason");
        assertThat(process()).isEqualTo(process);
    }

    private boolean serves(int number) {
        return cluster.metric(SERVER,
                "catena_disk_serving_nodes\\{disk=\"" + number + "\"}") == 1;
    }

    /// Without a third one the master decides only what this server's voter agrees to.
    private void assertVotes() {
        cluster.server("kill", 3);
        LocalCluster.await(CHANGE_MAX, "two voters take the third server out of the chains",
                () -> !cluster.health(1, "cluster").body().contains("\"n3."));
        cluster.server("start", 3);
    }

    private void awaitBack(SteadyWriter writer) throws Exception {
        LocalCluster.await(BACK_MAX, "the disk is back in its chains, which are whole", () ->
                hasSeats() && cluster.health(SERVER, "cluster").status() == 200);
        assertThat(serves(2)).isTrue();
        assertThat(process()).isEqualTo(process);
        writer.awaitWrites("with the disk");
    }

    /// Objects that go to all chains, small and large, through the server with the failing disk.
    private void putAndRead(String prefix) {
        for (int number = 0; number < OBJECTS; number++) {
            String key = prefix + "/" + number;
            client.putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes(key)));
        }
        read(prefix);
    }

    private void read(String prefix) {
        for (int number = 0; number < OBJECTS; number++) {
            String key = prefix + "/" + number;
            assertThat(client.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asByteArray())
                    .as(key).isEqualTo(bytes(key));
        }
    }

    private static byte[] bytes(String key) {
        byte[] bytes = new byte[key.hashCode() % 2 == 0 ? LARGE_BYTES : 100];
        new Random(key.hashCode()).nextBytes(bytes);
        return bytes;
    }
}
