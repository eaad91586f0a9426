package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Writes small objects all the time, through every server in turn, on many keys so that all chains
/// of a bucket's index and blocks take part; remembers what was acknowledged, and when.
final class SteadyWriter implements AutoCloseable {
    private static final int SERVERS = 3;
    private static final int WRITERS = 4;

    private final LocalCluster cluster;
    private final String bucket;
    private final List<S3Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    /// What a key may hold: the acknowledged value first, then those written since whose outcome is
    /// not known. Each key has one writer.
    private final Map<String, List<String>> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong lastAckNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong acks = new AtomicLong();
    private final List<Long> gapsMillis = Collections.synchronizedList(new ArrayList<>());
    private volatile long longestGapNanos;
    private volatile boolean stopped;

    SteadyWriter(LocalCluster cluster, String bucket) {
        this.cluster = cluster;
        this.bucket = bucket;
        for (int server = 1; server <= SERVERS; server++) {
            clients.add(cluster.client(server, 1, Duration.ofSeconds(20)));
        }
        for (int writer = 0; writer < WRITERS; writer++) {
            int id = writer;
            Thread thread = new Thread(() -> write(id), "steady-writer-" + id);
            threads.add(thread);
            thread.start();
        }
    }

    private void write(int id) {
        for (long n = 0; !stopped; n++) {
            String key = "steady/" + id + "/" + n % 50;
            String value = id + ":" + n;
            S3Client client = clients.get((int) ((id + n) % SERVERS));
            try {
                client.putObject(p -> p.bucket(bucket).key(key), RequestBody.fromString(value));
                acknowledged.put(key, List.of(value));
                onAcknowledged();
            } catch (SdkException e) {
                // This server is down or its answer is unknown: both values are possible until the
                // next acknowledged write.
                acknowledged.computeIfPresent(key, (_, values) -> with(values, value));
            }
        }
    }

    private static List<String> with(List<String> values, String value) {
        List<String> more = new ArrayList<>(values);
        more.add(value);
        return more;
    }

    private void onAcknowledged() {
        long now = System.nanoTime();
        long gap = now - lastAckNanos.getAndSet(now);
        longestGapNanos = Math.max(longestGapNanos, gap);
        acks.incrementAndGet();
    }

    /// Returns when a good number of writes was acknowledged from now on.
    void awaitWrites(String when) {
        long before = acks.get();
        LocalCluster.await(Duration.ofSeconds(60), "writes go on " + when,
                () -> acks.get() > before + 50);
    }

    /// kill -9 while writes go on; then a restart; returns when the cluster is whole.
    void killAndMeasure(int server) {
        awaitWrites("before the kill of " + server);
        longestGapNanos = 0;
        cluster.server("kill", server);
        awaitWrites("after the kill of " + server);
        gapsMillis.add(longestGapNanos / 1_000_000);
        double served = servedReads(server);
        assertThat(served).isNegative();
        cluster.server("start", server);
        cluster.awaitWhole(server);
        assertServesReads(server);
    }

    private double servedReads(int server) {
        return cluster.health(server, "live").status() == 0 ? -1
                : cluster.metric(server, "catena_chain_reads_clean_total");
    }

    /// The returned server answers reads from its own replicas again.
    private void assertServesReads(int server) {
        double before = servedReads(server);
        S3Client client = clients.get(server - 1);
        LocalCluster.await(Duration.ofSeconds(20), "server " + server + " serves reads", () -> {
            try {
                client.listObjectsV2(l -> l.bucket(bucket).prefix("steady/").maxKeys(10));
                client.headBucket(h -> h.bucket(bucket));
                acknowledged.keySet().stream().limit(5).forEach(key ->
                        client.headObject(h -> h.bucket(bucket).key(key)));
                return servedReads(server) > before;
            } catch (SdkException e) {
                return false;
            }
        });
    }

    int kills() {
        return gapsMillis.size();
    }

    List<Long> gapsMillis() {
        return List.copyOf(gapsMillis);
    }

    private void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /// Stops writing; then every acknowledged value is there, at every server.
    void verify() {
        stop();
        for (S3Client client : clients) {
            acknowledged.forEach((key, values) -> assertThat(values).as(key).contains(
                    client.getObjectAsBytes(g -> g.bucket(bucket).key(key)).asUtf8String()));
        }
    }

    int acknowledged() {
        return acknowledged.size();
    }

    @Override
    public void close() {
        stop();
        clients.forEach(S3Client::close);
    }
}
