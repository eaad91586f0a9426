package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Users as their administrator leads them with the command line, and as every gateway takes them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UsersSystemTest {
    private static final Duration CALL_MAX = Duration.ofSeconds(20);
    private static final int SERVERS = 3;

    private LocalCluster cluster;

    @BeforeAll
    void start() throws Exception {
        cluster = LocalCluster.up(LocalCluster.emptyDirectory("users"), SERVERS);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private JsonObject json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        Shell.Outcome outcome = cluster.catena(Map.of(), all.toArray(String[]::new));
        assertThat(outcome.code()).as("%s: %s", all, outcome.output()).isZero();
        return new JsonObject(outcome.output());
    }

    private void ends(int code, String... arguments) {
        Shell.Outcome outcome = cluster.catena(Map.of(), arguments);
        assertThat(outcome.code()).as("%s: %s", List.of(arguments), outcome.output())
                .isEqualTo(code);
    }

    private JsonObject userWithKey(String id) {
        json("user", "create", "--id", id, "--display-name", "User " + id,
                "--email", id + "@example.org");
        return json("key", "create", "--user", id);
    }

    private S3Client client(int server, JsonObject key) {
        return cluster.client(server, 1, CALL_MAX, key.getString("accessKeyId"),
                key.getString("secretAccessKey"));
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(S3Exception.class,
                e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @Test
    void shouldKeepUsersApartAndRevokeEverywhereAtOnce() {
        JsonObject adas = userWithKey("ada");
        JsonObject bobs = userWithKey("bob");
        try (S3Client ada = client(1, adas); S3Client adaAt2 = client(2, adas);
                S3Client adaAt3 = client(3, adas); S3Client bob = client(2, bobs);
                S3Client root = cluster.client(3, 1, CALL_MAX)) {
            ada.createBucket(b -> b.bucket("adas"));
            ada.putObject(b -> b.bucket("adas").key("k"), RequestBody.fromString("secret"));
            assertThat(ada.listBuckets().owner().displayName()).isEqualTo("User ada");
            refused("AccessDenied", () -> bob.getObject(b -> b.bucket("adas").key("k")));
            refused("AccessDenied", () -> bob.deleteBucket(b -> b.bucket("adas")));
            refused("BucketAlreadyExists", () -> bob.createBucket(b -> b.bucket("adas")));
            assertThat(bob.listBuckets().buckets()).isEmpty();
            root.headObject(b -> b.bucket("adas").key("k"));

            List<S3Client> everywhere = List.of(ada, adaAt2, adaAt3);
            String key = adas.getString("accessKeyId");
            json("key", "disable", key, "--user", "ada");
            everywhere.forEach(s3 -> refused("InvalidAccessKeyId", s3::listBuckets));
            json("key", "enable", key, "--user", "ada");
            everywhere.forEach(s3 -> assertThat(s3.listBuckets().buckets()).hasSize(1));
            json("user", "disable", "ada");
            everywhere.forEach(s3 -> refused("InvalidAccessKeyId", s3::listBuckets));
            json("user", "enable", "ada");
            everywhere.forEach(S3Client::listBuckets);
            json("key", "delete", key, "--user", "ada", "--yes");
            everywhere.forEach(s3 -> refused("InvalidAccessKeyId", s3::listBuckets));

            ends(5, "user", "delete", "ada", "--yes");
            root.deleteObject(b -> b.bucket("adas").key("k"));
            ends(2, "bucket", "delete", "adas");
            ends(0, "bucket", "delete", "adas", "--yes");
            ends(0, "user", "delete", "ada", "--yes", "--dry-run");
            ends(0, "user", "delete", "ada", "--yes");
            ends(3, "user", "show", "ada");
        }
    }

    @Test
    void shouldTakeAKeyThatIsBroughtAlong() throws Exception {
        json("user", "create", "--id", "eve", "--display-name", "Eve");
        Path secret = Files.writeString(
                cluster.directory.resolve("eves-secret"), "a-secret-of-her-own\n");
        JsonObject made = json("key", "create", "--user", "eve", "--access-key", "EVESKEY",
                "--secret-file", secret.toString());
        assertThat(made.containsKey("secretAccessKey")).isFalse();
        try (S3Client eve = cluster.client(
                2, 1, CALL_MAX, "EVESKEY", "a-secret-of-her-own")) {
            assertThat(eve.listBuckets().owner().id()).isEqualTo("eve");
        }
        Shell.Outcome asEve = cluster.catena(Map.of("AWS_ACCESS_KEY_ID", "EVESKEY",
                "AWS_SECRET_ACCESS_KEY", "a-secret-of-her-own"), "user", "list");
        assertThat(asEve.code()).as(asEve.output()).isEqualTo(4);
    }

    @Test
    void shouldTellHowTheClusterIs() {
        assertThat(json("cluster", "status").getString("status")).isEqualTo("ok");
        assertThat(json("node", "list").getJsonArray("items")).hasSize(SERVERS);
        assertThat(json("chain", "list").getJsonArray("items")).isNotEmpty();
        json("bucket", "create", "counted");
        assertThat(json("bucket", "usage", "counted").getInteger("objects")).isZero();
        assertThat(cluster.catena(Map.of(), "node", "list").output()).contains("STATE", "serving");
        Map<String, String> nobody = Map.of("ADMIN_URL", "https://127.0.0.1:1");
        assertThat(cluster.catena(nobody, "node", "list").code())
                .isEqualTo(6);
        assertThat(cluster.catena(Map.of("ADMIN_URL", ""), "node", "list").code()).isEqualTo(2);
        ends(2, "node", "lists");
        ends(2, "user", "create");
    }
}
