package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// A cluster that was founded by three servers gets a fourth while clients write, and gives it up
/// again: replicas move to it, new chains stand on it, and all of them move away; nothing that was
/// acknowledged is lost.
final class GrowthSystemTest {
    private static final String BUCKET = "growth";
    private static final int OBJECTS = 30;
    private static final int LARGE_BYTES = 400_000;
    /// Eight of the founders, and two more for the fourth.
    private static final int CHAINS = 10;
    /// Its share is 7.5 of the 30 seats that ten chains have.
    private static final int SEATS_MIN = 7;
    private static final Duration MOVES_MAX = Duration.ofSeconds(90);
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    /// The exit code of the command line.
    private static final int CONFLICT = 5;

    @Test
    void shouldGiveAServerThatComesLaterItsPartWhileClientsWrite() throws Exception {
        Path directory = LocalCluster.emptyDirectory("growth");
        try (LocalCluster cluster =
                        LocalCluster.up(directory, 4, Map.of("CATENA_NODES", "1,2,3"));
                S3Client client = cluster.client(1, 5, CALL_MAX);
                S3Client newcomer = cluster.client(4, 5, CALL_MAX)) {
            client.createBucket(b -> b.bucket(BUCKET));
            put(client);
            try (SteadyWriter writer = new SteadyWriter(cluster, BUCKET)) {
                writer.awaitWrites("before anything moves");
                LocalCluster.await(MOVES_MAX, "server 4 has its part of the seats", () ->
                        isComplete(cluster, seats -> seats >= SEATS_MIN));
                writer.awaitWrites("after the moves");
                read(newcomer);
                drain(cluster);
                writer.awaitWrites("after the drain");
                writer.verify();
            }
            read(client);
        }
    }

    private static void drain(LocalCluster cluster) {
        assertThat(moves(catena(cluster, "node", "drain", "4", "--dry-run")))
                .isGreaterThanOrEqualTo(SEATS_MIN);
        assertThat(cluster.catena(Map.of(), "node", "remove", "4", "--yes").code())
                .as("what is not drained is not removed").isEqualTo(CONFLICT);
        catena(cluster, "node", "drain", "4");
        LocalCluster.await(MOVES_MAX, "server 4 has no seats", () ->
                isComplete(cluster, seats -> seats == 0));
    }

    private static JsonObject catena(LocalCluster cluster, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        Shell.Outcome outcome = cluster.catena(Map.of(), all.toArray(String[]::new));
        assertThat(outcome.code()).as("%s: %s", all, outcome.output()).isZero();
        return new JsonObject(outcome.output());
    }

    private static long moves(JsonObject plan) {
        return plan.getJsonArray("moves").size();
    }

    private static List<JsonObject> chains(LocalCluster cluster) {
        LocalCluster.Health health = cluster.health(1, "cluster");
        return health.status() == 0 ? List.of()
                : new JsonObject(health.body()).getJsonArray("chains", new JsonArray()).stream()
                        .map(JsonObject.class::cast).toList();
    }

    /// Whether all chains have all their members, and server 4 so many of the seats.
    private static boolean isComplete(LocalCluster cluster, LongPredicate seats) {
        List<JsonObject> chains = chains(cluster);
        return chains.size() == CHAINS && seats.test(seats(chains)) && chains.stream()
                .allMatch(chain -> chain.getJsonArray("members").size() == 3
                        && chain.getString("joining").isEmpty());
    }

    private static long seats(List<JsonObject> chains) {
        return chains.stream().flatMap(chain -> chain.getJsonArray("members").stream())
                .filter(member -> member.toString().startsWith("n4.")).count();
    }

    private static void put(S3Client client) {
        for (int number = 0; number < OBJECTS; number++) {
            String key = "before/" + number;
            client.putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes(key)));
        }
    }

    private static void read(S3Client client) {
        for (int number = 0; number < OBJECTS; number++) {
            String key = "before/" + number;
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
