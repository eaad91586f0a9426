package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/// Real servers under kill -9, stops, pauses longer than a lease and cut links of all kinds: what
/// clients see through S3 is linearizable, nothing acknowledged is lost, and the cluster becomes
/// whole. `-Dcatena.faults.seconds` makes it longer, `-Dcatena.faults.seed` repeats a schedule.
final class FaultsSystemTest {
    private static final System.Logger LOG = System.getLogger("faults");
    private static final List<String> HOSTS = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");
    private static final int TIMES_MIN = 2;
    private static final List<String> FATAL = List.of("violates an invariant",
            "cannot be relied on", "could not be adopted", "Unhandled exception");

    private final Duration time = Duration.ofSeconds(Long.getLong("catena.faults.seconds", 60));
    private final long seed = Long.getLong("catena.faults.seed", System.nanoTime() % 1_000_000);

    @Test
    void shouldBeLinearizableUnderEveryHarm() throws Exception {
        log("seed " + seed + ": -Dcatena.faults.seed=" + seed);
        HotKeys keys = new HotKeys();
        Path directory = LocalCluster.emptyDirectory("faults");
        try (LocalCluster cluster = LocalCluster.up(directory, HOSTS);
                Firewall firewall = new Firewall(HOSTS, cluster.port())) {
            createBuckets(cluster);
            keys.turn();
            Nemesis nemesis = new Nemesis(cluster, firewall, seed);
            try (HotClients clients = new HotClients(cluster, keys, seed)) {
                nemesis.rage(time, TIMES_MIN, keys::turn);
                clients.stop();
                awaitWhole(cluster);
                clients.readEverything();
            }
            List<String> anomalies = anomalies(keys, directory);
            log(keys.size() + " operations on " + keys.all().size() + " keys, "
                    + keys.undecided() + " of them not judged, " + nemesis.done() + ", "
                    + keys.outcomes());
            assertThat(anomalies).as("seed " + seed).isEmpty();
            assertThat(keys.undecided()).isLessThanOrEqualTo(keys.all().size() / 20);
            assertThat(nemesis.done().values()).allMatch(times -> times >= TIMES_MIN);
        }
    }

    private static void createBuckets(LocalCluster cluster) {
        try (S3Client client = cluster.client(1, 3, Duration.ofSeconds(30))) {
            HotKeys.BUCKETS.forEach(bucket -> client.createBucket(b -> b.bucket(bucket)));
        }
    }

    private void awaitWhole(LocalCluster cluster) {
        for (int server = 1; server <= HOSTS.size(); server++) {
            assertThat(cluster.health(server, "live").status())
                    .as("server %d lives, seed %d", server, seed).isEqualTo(200);
            cluster.awaitWhole(server);
        }
    }

    private static List<String> anomalies(HotKeys keys, Path directory) throws IOException {
        List<String> found = new ArrayList<>(keys.anomalies());
        for (int server = 1; server <= HOSTS.size(); server++) {
            int number = server;
            Path log = directory.resolve("server-" + server + "/server.log");
            try (var lines = Files.lines(log)) {
                lines.filter(line -> FATAL.stream().anyMatch(line::contains))
                        .forEach(line -> found.add("server " + number + ": " + line));
            }
        }
        return found;
    }

    private static void log(String text) {
        LOG.log(System.Logger.Level.INFO, text);
    }
}
