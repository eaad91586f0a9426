package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/// One key of a bucket that keeps versions, written through three gateways at once, one of which
/// dies on the way: every version that was acknowledged is there once, with its own bytes.
final class VersionsSystemTest {
    private static final System.Logger LOG = System.getLogger("versions");
    private static final String BUCKET = "versions";
    private static final String KEY = "hot";
    private static final int WRITES = 120;
    private static final int WRITERS = 24;
    private static final Duration CALL_MAX = Duration.ofSeconds(60);
    private static final Duration WRITE_MAX = Duration.ofSeconds(90);

    private final List<S3Client> clients = new ArrayList<>();
    /// They try again.
    private final List<S3Client> patient = new ArrayList<>();
    /// What was acknowledged: by version, the text that was put.
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger unanswered = new AtomicInteger();

    @Test
    void shouldLoseAndDoubleNoVersion() throws Exception {
        try (LocalCluster cluster =
                LocalCluster.up(LocalCluster.emptyDirectory("versions"), 3)) {
            for (int server = 1; server <= 3; server++) {
                clients.add(cluster.client(server, 1, CALL_MAX));
                patient.add(cluster.client(server, 8, CALL_MAX));
            }
            S3Client client = patient.getFirst();
            client.createBucket(b -> b.bucket(BUCKET));
            client.putObject(b -> b.bucket(BUCKET).key(KEY), RequestBody.fromString("before"));
            client.putBucketVersioning(b -> b.bucket(BUCKET).versioningConfiguration(
                    v -> v.status(BucketVersioningStatus.ENABLED)));
            writeAll(cluster);
            cluster.server("start", 2);
            cluster.awaitWhole(1);
            List<ObjectVersion> versions = versions(patient.get(2));
            checkWritten(versions);
            removeSome(versions);
            removeAll(patient.get(1));
            client.deleteBucket(b -> b.bucket(BUCKET));
            clients.forEach(S3Client::close);
            patient.forEach(S3Client::close);
        }
    }

    private void writeAll(LocalCluster cluster) throws Exception {
        long begunNanos = System.nanoTime();
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<? extends Future<?>> writes = IntStream.range(0, WRITES)
                    .mapToObj(number -> writers.submit(() -> write(number))).toList();
            writes.get(WRITES / 4).get();
            cluster.server("kill", 2);
            for (Future<?> write : writes) {
                write.get();
            }
        }
        LOG.log(System.Logger.Level.INFO, () -> "%d writes in %d ms, %d attempts more".formatted(
                WRITES, (System.nanoTime() - begunNanos) / 1_000_000, unanswered.get()));
    }

    /// Some are attached, some inline. Each is tried through one server after the other until one
    /// answers; without an answer it may have been written all the same.
    private void write(int number) {
        String text = ("text " + number).repeat(number % 5 == 0 ? 1_000 : 1);
        AtomicInteger server = new AtomicInteger(number);
        LocalCluster.await(WRITE_MAX, "write " + number, () ->
                isWritten(clients.get(server.getAndIncrement() % clients.size()), text));
    }

    private boolean isWritten(S3Client client, String text) {
        try {
            String version = client.putObject(b -> b.bucket(BUCKET).key(KEY),
                    RequestBody.fromString(text)).versionId();
            assertThat(acknowledged.put(version, text)).isNull();
            return true;
        } catch (SdkException e) {
            unanswered.incrementAndGet();
            return false;
        }
    }

    private static List<ObjectVersion> versions(S3Client client) {
        return client.listObjectVersionsPaginator(b -> b.bucket(BUCKET).maxKeys(17))
                .versions().stream().toList();
    }

    private void checkWritten(List<ObjectVersion> versions) {
        Set<String> found = new HashSet<>();
        versions.forEach(version -> assertThat(found.add(version.versionId())).isTrue());
        assertThat(found).contains("null").containsAll(acknowledged.keySet());
        assertThat(acknowledged).hasSize(WRITES);
        assertThat(found.size()).isBetween(WRITES + 1, WRITES + 1 + unanswered.get());
        assertThat(versions.stream().filter(ObjectVersion::isLatest).toList())
                .containsExactly(versions.getFirst());
        assertThat(versions.getLast().versionId()).isEqualTo("null");
        acknowledged.forEach((version, text) -> assertThat(get(version)).isEqualTo(text));
        assertThat(get("null")).isEqualTo("before");
        assertThat(usage()).isEqualTo(found.size());
    }

    private String get(String version) {
        return patient.get(2).getObjectAsBytes(
                b -> b.bucket(BUCKET).key(KEY).versionId(version)).asUtf8String();
    }

    private long usage() {
        Optional<String> versions = patient.get(2).headBucket(b -> b.bucket(BUCKET)
                .overrideConfiguration(o -> o.putHeader("x-catena-usage", "true")))
                .sdkHttpResponse().firstMatchingHeader("x-catena-version-count");
        return Long.parseLong(versions.orElseThrow());
    }

    /// The latest one goes, and the next is that; then a marker comes over it and goes again.
    private void removeSome(List<ObjectVersion> versions) {
        S3Client client = patient.getFirst();
        client.deleteObject(b -> b.bucket(BUCKET).key(KEY)
                .versionId(versions.get(0).versionId()));
        assertThat(client.headObject(b -> b.bucket(BUCKET).key(KEY)).versionId())
                .isEqualTo(versions.get(1).versionId());
        DeleteObjectResponse marker = client.deleteObject(b -> b.bucket(BUCKET).key(KEY));
        assertThat(client.listObjectsV2(b -> b.bucket(BUCKET)).contents()).isEmpty();
        client.deleteObject(b -> b.bucket(BUCKET).key(KEY).versionId(marker.versionId()));
        assertThat(client.listObjectsV2(b -> b.bucket(BUCKET)).contents()).hasSize(1);
        assertThat(usage()).isEqualTo(versions.size() - 1);
    }

    private void removeAll(S3Client client) throws Exception {
        try (ExecutorService removers = Executors.newFixedThreadPool(WRITERS)) {
            List<? extends Future<?>> removals = versions(client).stream()
                    .map(version -> removers.submit(() -> patient.get(0).deleteObject(b -> b
                            .bucket(BUCKET).key(KEY).versionId(version.versionId())))).toList();
            for (Future<?> removal : removals) {
                removal.get();
            }
        }
        assertThat(versions(client)).isEmpty();
    }
}
