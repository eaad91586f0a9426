package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket goes from one index shard to 4 and 16 while it is written, listed and counted, and the
/// server that drives it dies on the way.
final class ShardSplitSystemTest {
    private static final System.Logger LOG = System.getLogger("shards");
    private static final String BUCKET = "split";
    private static final int KEYS = 1_000;
    private static final int LOADERS = 8;
    private static final Duration CALL_MAX = Duration.ofSeconds(60);
    private static final Pattern CUT = Pattern.compile("shard (\\d+)\\.\\.(\\d+) of split is cut");
    private static final Pattern MOVED = Pattern.compile(
            "shard (\\d+)\\.\\.(\\d+) of split: (To|From)\\[other=\\S+] done");

    private final List<S3Client> clients = new ArrayList<>();
    private final AtomicInteger loaded = new AtomicInteger();
    private LocalCluster cluster;

    @Test
    void shouldSplitWhileItServes() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (LocalCluster started = LocalCluster.up(LocalCluster.emptyDirectory("shards"), 3,
                Map.of("CATENA_SHARD_OBJECTS_MAX", "100", "CATENA_SHARD_GRACE_MILLIS", "500"));
                SignedClient signed = new SignedClient(
                        vertx, started.environment, started.endpoints, 4)) {
            cluster = started;
            for (int server = 1; server <= 3; server++) {
                clients.add(started.client(server, 8, CALL_MAX));
            }
            clients.getFirst().createBucket(b -> b.bucket(BUCKET));
            split(signed);
            clients.forEach(S3Client::close);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void split(SignedClient signed) throws Exception {
        Upload upload = new Upload();
        CompletableFuture<Void> loading = CompletableFuture.allOf(
                IntStream.range(0, LOADERS).mapToObj(loader ->
                        CompletableFuture.runAsync(() -> load(loader)))
                        .toArray(CompletableFuture[]::new));
        int lists;
        try (SteadyWriter writer = new SteadyWriter(cluster, BUCKET)) {
            int driver = awaitDriver();
            writer.killAndMeasure(driver);
            LOG.log(System.Logger.Level.INFO,
                    "the driver was server " + driver + ", writes went on after "
                            + writer.gapsMillis() + " ms");
            lists = listUntil(loading);
            LocalCluster.await(Duration.ofSeconds(120), "16 shards, all moves ended",
                    () -> cuts() >= 5 && haveMovesEnded());
            listAll();
            writer.verify();
            check(writer.acknowledged(), signed);
        }
        upload.complete();
        LOG.log(System.Logger.Level.INFO, cuts() + " cuts, " + ranges(MOVED, "From").size()
                + " moves, " + lists + " listings meanwhile");
        empty();
        clients.get(1).deleteBucket(b -> b.bucket(BUCKET));
        assertThat(signed.ask(2, HttpMethod.HEAD, "/" + BUCKET, "").status()).isEqualTo(404);
    }

    /// An upload that is under way while its shard moves.
    private final class Upload {
        private final List<CompletedPart> parts = new ArrayList<>();
        private final String id;
        private final byte[] bytes = new byte[5 << 20];

        Upload() {
            id = clients.getFirst().createMultipartUpload(
                    c -> c.bucket(BUCKET).key("upload")).uploadId();
            part(1);
        }

        private void part(int number) {
            String etag = clients.get(number % 3).uploadPart(p -> p.bucket(BUCKET).key("upload")
                    .uploadId(id).partNumber(number), RequestBody.fromBytes(bytes)).eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
        }

        void complete() {
            part(2);
            clients.getFirst().completeMultipartUpload(c -> c.bucket(BUCKET).key("upload")
                    .uploadId(id).multipartUpload(m -> m.parts(parts)));
            assertThat(clients.get(2).getObjectAsBytes(g -> g.bucket(BUCKET).key("upload"))
                    .asByteArray()).hasSize(2 * bytes.length);
        }
    }

    private static String key(int number) {
        return "d%d/%05d".formatted(number % 10, number);
    }

    /// Some small enough for the record itself, some not.
    private static String value(int number) {
        return "value-" + number + "-".repeat(number % 5 == 0 ? 4_000 : 1);
    }

    private void load(int loader) {
        for (int number = loader; number < KEYS; number += LOADERS) {
            put(number);
            loaded.incrementAndGet();
        }
    }

    /// Until it is acknowledged: a server is down for some time.
    private void put(int number) {
        boolean stored = false;
        for (int attempt = 0; !stored; attempt++) {
            try {
                clients.get((number + attempt) % 3).putObject(
                        p -> p.bucket(BUCKET).key(key(number)),
                        RequestBody.fromString(value(number)));
                stored = true;
            } catch (SdkException e) {
                assertThat(attempt).as("%s", e).isLessThan(30);
            }
        }
    }

    /// The first server that cuts a shard, and so moves what comes of it.
    private int awaitDriver() {
        int[] driver = new int[1];
        LocalCluster.await(Duration.ofSeconds(120), "a shard is cut", () -> {
            for (int server = 1; server <= 3; server++) {
                if (CUT.matcher(log(server)).find()) {
                    driver[0] = server;
                    return true;
                }
            }
            return false;
        });
        return driver[0];
    }

    private String log(int server) {
        try {
            return Files.readString(
                    cluster.directory.resolve("server-" + server + "/server.log"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Set<String> ranges(Pattern pattern, String kind) {
        Set<String> found = new HashSet<>();
        for (int server = 1; server <= 3; server++) {
            Matcher matcher = pattern.matcher(log(server));
            while (matcher.find()) {
                if (kind.isEmpty() || matcher.group(3).equals(kind)) {
                    found.add(matcher.group(1) + ".." + matcher.group(2));
                }
            }
        }
        return found;
    }

    private int cuts() {
        return ranges(CUT, "").size();
    }

    /// Whether everything that was moved has arrived. A driver that is killed may not have said of
    /// a shard that its move is over; but nothing is cut before that.
    private boolean haveMovesEnded() {
        Set<String> moving = ranges(MOVED, "To");
        moving.removeAll(ranges(MOVED, "From"));
        moving.removeAll(ranges(CUT, ""));
        return moving.isEmpty();
    }

    private int listUntil(CompletableFuture<Void> end) {
        int lists = 0;
        while (!end.isDone()) {
            listAll();
            lists++;
        }
        end.join();
        return lists;
    }

    /// What was acknowledged before the listing began is in it, once, and in order.
    private void listAll() {
        int floor = loaded.get();
        S3Client client = clients.get(floor % 3);
        List<String> keys = client.listObjectsV2Paginator(l -> l.bucket(BUCKET).maxKeys(317))
                .contents().stream().map(S3Object::key).toList();
        assertThat(keys).isSorted().doesNotHaveDuplicates();
        long own = keys.stream().filter(key -> key.startsWith("d")).count();
        assertThat(own).isGreaterThanOrEqualTo(floor);
    }

    private void check(int steady, SignedClient signed) {
        TreeSet<String> expected = new TreeSet<>();
        for (int number = 0; number < KEYS; number++) {
            expected.add(key(number));
            if (number % 7 == 0) {
                int wanted = number;
                assertThat(clients.get(number % 3).getObjectAsBytes(
                        g -> g.bucket(BUCKET).key(key(wanted))).asUtf8String())
                        .isEqualTo(value(number));
            }
        }
        S3Client client = clients.getFirst();
        assertThat(client.listObjectsV2Paginator(l -> l.bucket(BUCKET).prefix("d"))
                .contents().stream().map(S3Object::key)).containsExactlyElementsOf(expected);
        assertThat(client.listObjectsV2Paginator(l -> l.bucket(BUCKET).delimiter("/").maxKeys(3))
                .commonPrefixes().stream().map(CommonPrefix::prefix)).containsExactly("d0/", "d1/",
                        "d2/", "d3/", "d4/", "d5/", "d6/", "d7/", "d8/", "d9/", "steady/");
        assertThat(client.listObjectsV2Paginator(l -> l.bucket(BUCKET).prefix("d3/").delimiter("/"))
                .contents().stream().map(S3Object::key))
                .containsExactlyElementsOf(expected.subSet("d3/", "d4"));
        for (int server = 0; server < 3; server++) {
            assertThat(signed.ask(server, HttpMethod.HEAD, "/" + BUCKET, "").objects())
                    .isEqualTo(Integer.toString(KEYS + steady));
        }
    }

    private void empty() {
        S3Client client = clients.get(2);
        client.listObjectsV2Paginator(l -> l.bucket(BUCKET)).contents().stream()
                .map(S3Object::key).toList().parallelStream().forEach(key ->
                        clients.get(key.length() % 3).deleteObject(
                                d -> d.bucket(BUCKET).key(key)));
    }
}
