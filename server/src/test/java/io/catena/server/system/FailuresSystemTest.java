package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What three servers promise when some or all of them die.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FailuresSystemTest {
    private static final System.Logger LOG = System.getLogger("failures");
    private static final String BUCKET = "failures";
    private static final Duration CALL_MAX = Duration.ofSeconds(30);

    private LocalCluster cluster;
    private final List<S3Client> clients = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        cluster = LocalCluster.up(LocalCluster.emptyDirectory("failures"), 3);
        for (int server = 1; server <= 3; server++) {
            clients.add(cluster.client(server, 1, CALL_MAX));
        }
        clients.getFirst().createBucket(b -> b.bucket(BUCKET));
    }

    @AfterAll
    void stop() {
        clients.forEach(S3Client::close);
        cluster.close();
    }

    private S3Client at(int server) {
        return clients.get(server - 1);
    }

    private void put(int server, String key, String value) {
        at(server).putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromString(value));
    }

    private String get(int server, String key) {
        return at(server).getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asUtf8String();
    }

    @Test
    void shouldHoldEveryAcknowledgedObjectAfterAllServersDiedAtOnce() {
        try (SteadyWriter writer = new SteadyWriter(cluster, BUCKET)) {
            LocalCluster.await(Duration.ofSeconds(60), "writes go on",
                    () -> writer.acknowledged() >= 150);
            inParallel("kill");
            inParallel("start");
            cluster.awaitWhole(1);
            writer.verify();
            LOG.log(System.Logger.Level.INFO,
                    () -> writer.acknowledged() + " objects are there after the death of all");
        }
    }

    private void inParallel(String action) {
        CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> cluster.server(action, 1)),
                CompletableFuture.runAsync(() -> cluster.server(action, 2)),
                CompletableFuture.runAsync(() -> cluster.server(action, 3))).join();
    }

    @Test
    void shouldServeCleanReadsFromTheOwnReplicaOfEveryServer() {
        put(1, "clean", "x");
        for (int server = 1; server <= 3; server++) {
            double before = cluster.metric(server, "catena_chain_reads_clean_total");
            for (int i = 0; i < 20; i++) {
                assertThat(get(server, "clean")).isEqualTo("x");
            }
            assertThat(cluster.metric(server, "catena_chain_reads_clean_total") - before)
                    .isGreaterThanOrEqualTo(20);
        }
    }

    /// A reader that alternates over the servers while a writer overwrites one key.
    @Test
    void shouldNeverGoBack() {
        put(1, "counter", "0");
        AtomicLong acknowledged = new AtomicLong();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int n = 1; n <= 600; n++) {
                put(1 + n % 3, "counter", Integer.toString(n));
                acknowledged.set(n);
            }
        });
        long last = 0;
        int reads = 0;
        while (!writing.isDone()) {
            long floor = acknowledged.get();
            long seen = Long.parseLong(get(1 + reads++ % 3, "counter"));
            assertThat(seen).isGreaterThanOrEqualTo(Math.max(last, floor));
            last = seen;
        }
        writing.join();
        assertThat(get(2, "counter")).isEqualTo("600");
        assertThat(reads).isGreaterThan(50);
    }

    @Test
    void shouldTakeWritesWithOneServerDownAndRefuseThemWithTwo() {
        put(1, "before", "x");
        cluster.server("kill", 3);
        try {
            put(1, "one-down", "y");
            assertThat(get(2, "one-down")).isEqualTo("y");
            cluster.server("kill", 2);
            assertUnavailable(() -> put(1, "two-down", "z"));
            assertOnlyEventualReads();
        } finally {
            cluster.server("start", 2);
            cluster.server("start", 3);
        }
        LocalCluster.await(Duration.ofSeconds(30), "writes are taken again", () -> {
            try {
                put(1, "again", "!");
                return true;
            } catch (S3Exception e) {
                return false;
            }
        });
        cluster.awaitWhole(1);
        assertThat(get(3, "before")).isEqualTo("x");
        assertThat(get(2, "one-down")).isEqualTo("y");
        assertThat(get(3, "again")).isEqualTo("!");
    }

    /// The survivor cannot tell the death of the others from being cut off from them: then they
    /// might have gone on, and a strong read here would be stale.
    private void assertOnlyEventualReads() {
        long startNanos = System.nanoTime();
        assertUnavailable(() -> get(1, "one-down"));
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        LOG.log(System.Logger.Level.INFO, () -> "a strong read was refused in " + millis + " ms");
        assertThat(millis).isLessThan(4_000);

        var read = at(1).getObjectAsBytes(g -> g.bucket(BUCKET).key("one-down")
                .overrideConfiguration(o -> o.putHeader("x-catena-read-level", "eventual")));
        assertThat(read.asUtf8String()).isEqualTo("y");
        assertThat(read.response().sdkHttpResponse().firstMatchingHeader("x-catena-read-level"))
                .hasValue("eventual");
        assertThat(at(1).listObjectsV2(l -> l.bucket(BUCKET).prefix("one-")
                .overrideConfiguration(o -> o.putHeader("x-catena-read-level", "eventual")))
                .contents()).extracting(S3Object::key).containsExactly("one-down");
    }

    private static void assertUnavailable(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(S3Exception.class, refused -> {
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.awsErrorDetails().errorMessage()).isNotBlank();
        });
    }

    @Test
    void shouldStaySmallWhileManyClientsUpload() throws Exception {
        byte[] body = new byte[64 << 20];
        List<CompletableFuture<Void>> uploads = new ArrayList<>();
        for (int n = 0; n < 16; n++) {
            int id = n;
            uploads.add(CompletableFuture.runAsync(() -> {
                try (S3Client client = cluster.client(1 + id % 3, 4, Duration.ofMinutes(5))) {
                    client.putObject(p -> p.bucket(BUCKET).key("large/" + id),
                            RequestBody.fromContentProvider(
                                    () -> new java.io.ByteArrayInputStream(body), body.length,
                                    "application/octet-stream"));
                }
            }, Thread::startVirtualThread));
        }
        CompletableFuture.allOf(uploads.toArray(CompletableFuture[]::new)).join();
        for (int server = 1; server <= 3; server++) {
            int number = server;
            long megabytes = cluster.residentMegabytes(server);
            String memory = cluster.memory(server);
            LOG.log(System.Logger.Level.INFO, () -> "server " + number + " had at most "
                    + megabytes + " MB resident: " + memory);
            assertThat(megabytes).isLessThan(400);
        }
    }
}
