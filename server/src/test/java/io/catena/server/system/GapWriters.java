package io.catena.server.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Through each server one writer for each of three buckets, whose chains have different heads:
/// writes small objects one after the other, and knows the longest time between two answers.
final class GapWriters implements AutoCloseable {
    static final List<String> BUCKETS = List.of("gaps-one", "gaps-two", "gaps-three");
    private static final int KEYS = 100;
    private static final long PAUSE_NANOS = 5_000_000;

    private final List<S3Client> clients = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private volatile boolean stopped;

    GapWriters(LocalCluster cluster) {
        for (int server = 1; server <= cluster.endpoints.size(); server++) {
            S3Client client = cluster.client(server, 1, Duration.ofSeconds(20));
            clients.add(client);
            for (String bucket : BUCKETS) {
                writers.add(new Writer(server, bucket, client));
            }
        }
        writers.forEach(Thread::start);
    }

    private final class Writer extends Thread {
        private final int server;
        private final String bucket;
        private final S3Client client;
        private long lastNanos = System.nanoTime();
        private long longestNanos;
        private long acknowledged;

        Writer(int server, String bucket, S3Client client) {
            super("gap-writer-" + server + "-" + bucket);
            this.server = server;
            this.bucket = bucket;
            this.client = client;
        }

        @Override
        public void run() {
            for (long n = 0; !stopped; n++) {
                String key = server + "/" + n % KEYS;
                try {
                    client.putObject(p -> p.bucket(bucket).key(key), RequestBody.fromString(key));
                    onAcknowledged();
                } catch (SdkException _) {
                    // Its server is away, or the write took too long: the gap grows.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        private synchronized void onAcknowledged() {
            longestNanos = Math.max(longestNanos, System.nanoTime() - lastNanos);
            lastNanos = System.nanoTime();
            acknowledged++;
        }

        private synchronized void reset() {
            longestNanos = 0;
        }

        private synchronized long longestNanos() {
            return Math.max(longestNanos, System.nanoTime() - lastNanos);
        }

        private synchronized long acknowledged() {
            return acknowledged;
        }
    }

    /// Waits until every writer has gone on.
    void awaitProgress() {
        List<Long> before = writers.stream().map(Writer::acknowledged).toList();
        LocalCluster.await(Duration.ofSeconds(60), "writes go on everywhere", () -> {
            for (int i = 0; i < writers.size(); i++) {
                if (writers.get(i).acknowledged() < before.get(i) + 20) {
                    return false;
                }
            }
            return true;
        });
    }

    void reset() {
        writers.forEach(Writer::reset);
    }

    /// The longest time for which any writer at a server other than `except` had no answer.
    long longestMillis(int except) {
        return writers.stream().filter(writer -> writer.server != except)
                .mapToLong(Writer::longestNanos).max().orElseThrow() / 1_000_000;
    }

    @Override
    public void close() {
        stopped = true;
        for (Writer writer : writers) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
        clients.forEach(S3Client::close);
    }
}
