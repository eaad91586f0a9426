package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// One of three servers has a small disk, which clients fill: they are told so, reads and deletes
/// go on, nothing is lost, and nobody has to come when there is room again.
final class DiskFullSystemTest {
    private static final System.Logger LOG = System.getLogger("full");
    private static final Duration SHELL_MAX = Duration.ofSeconds(20);
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    private static final String BUCKET = "full";
    private static final int SMALL_BYTES = 1_900;
    private static final int LARGE_BYTES = 4 << 20;
    private static final int LARGE_MAX = 200;
    private static final String LARGE = "large/";
    private static final Duration ROOM_MAX = Duration.ofMinutes(2);
    private static final int SMALL_SERVER = 2;

    private final Map<String, Integer> stored = new TreeMap<>();

    @Test
    void shouldRefusePutsAndGoOnWithEverythingElse() throws Exception {
        Path directory = LocalCluster.emptyDirectory("full");
        Path small = Files.createDirectories(directory.resolve("server-" + SMALL_SERVER));
        Shell shell = new Shell(directory, Map.of());
        shell.run(SHELL_MAX, "mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", small.toString());
        try (LocalCluster cluster = LocalCluster.up(directory, 3);
                S3Client client = cluster.client(1, 1, CALL_MAX);
                S3Client atSmall = cluster.client(SMALL_SERVER, 1, CALL_MAX)) {
            client.createBucket(b -> b.bucket(BUCKET));
            put(client, "small/before", SMALL_BYTES);
            fill(client);
            cluster.server("kill", SMALL_SERVER);
            cluster.server("start", SMALL_SERVER);
            cluster.awaitWhole(SMALL_SERVER);
            assertThat(put(client, "small/again", SMALL_BYTES).map(S3Exception::statusCode))
                    .contains(507);
            verify(atSmall);
            delete(client, "small/before");
            makeRoom(client);
            LocalCluster.await(ROOM_MAX, "there is room again",
                    () -> put(client, "small/again", SMALL_BYTES).isEmpty());
            verify(client);
            verify(atSmall);
            for (int server = 1; server <= 3; server++) {
                assertThat(cluster.health(server, "live").status()).isEqualTo(200);
            }
        } finally {
            shell.run(SHELL_MAX, "umount", small.toString());
        }
    }

    /// Until clients are told that there is no room.
    private void fill(S3Client client) {
        Optional<S3Exception> refused = Optional.empty();
        int number = 0;
        while (refused.isEmpty()) {
            assertThat(number).as("puts without an end").isLessThan(LARGE_MAX);
            refused = put(client, LARGE + number++, LARGE_BYTES);
        }
        assertThat(refused.get().statusCode()).isEqualTo(507);
        LOG.log(System.Logger.Level.INFO, "refused after {0} of {1} bytes: {2}", number - 1,
                LARGE_BYTES, refused.get().awsErrorDetails());
    }

    private Optional<S3Exception> put(S3Client client, String key, int lengthBytes) {
        try {
            client.putObject(p -> p.bucket(BUCKET).key(key),
                    RequestBody.fromBytes(bytes(key, lengthBytes)));
            stored.put(key, lengthBytes);
            return Optional.empty();
        } catch (S3Exception refused) {
            return Optional.of(refused);
        }
    }

    private static byte[] bytes(String key, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        byte[] name = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int at = 0; at < lengthBytes; at++) {
            bytes[at] = (byte) (name[at % name.length] + at / name.length);
        }
        return bytes;
    }

    private void makeRoom(S3Client client) {
        List<String> large = stored.keySet().stream().filter(k -> k.startsWith(LARGE)).toList();
        large.subList(0, large.size() / 2).forEach(key -> delete(client, key));
    }

    private void delete(S3Client client, String key) {
        client.deleteObject(d -> d.bucket(BUCKET).key(key));
        stored.remove(key);
    }

    private void verify(S3Client client) {
        stored.forEach((key, lengthBytes) -> assertThat(client
                .getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asByteArrayUnsafe())
                .as(key).isEqualTo(bytes(key, lengthBytes)));
    }
}
