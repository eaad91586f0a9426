package io.catena.server.system;

import io.catena.server.system.HotKeys.Key;
import io.catena.server.system.HotValues.Value;
import io.catena.simulation.History.Act;
import io.catena.simulation.History.When;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Clients that use hot keys through all servers at once, one attempt per call, and note what they
/// saw. What failed may have happened all the same, but where no connection was made.
final class HotClients implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final long PAUSE_NANOS = 3_000_000;
    private static final long PAUSE_AFTER_FAILURE_NANOS = 30_000_000;
    private static final int PRECONDITION_FAILED = 412;

    private final HotKeys keys;
    private final HotValues values = new HotValues();
    private final List<S3Client> servers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Key, Long> lastSeen = new ConcurrentHashMap<>();
    private final Map<Long, String> etags = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    HotClients(LocalCluster cluster, HotKeys keys, long seed) {
        this.keys = keys;
        for (int server = 1; server <= cluster.endpoints.size(); server++) {
            servers.add(cluster.client(server, 1, Duration.ofSeconds(20)));
        }
        for (int client = 0; client < CLIENTS; client++) {
            Random random = new Random(seed * 1_000 + client);
            Thread thread = new Thread(() -> run(random), "hot-client-" + client);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(Random random) {
        while (!stopped) {
            Call call = new Call(random);
            try {
                call.make();
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (RuntimeException e) {
                keys.anomaly("a client broke: " + e);
                throw e;
            }
        }
    }

    /// One call of one client.
    private final class Call {
        private final Key key;
        private final S3Client server;
        private final AwsRequestOverrideConfiguration limits;
        private final int kind;
        private final double size;
        private final long invokedNanos = System.nanoTime();

        Call(Random random) {
            List<Key> hot = keys.hot();
            this.key = hot.get(random.nextInt(hot.size()));
            this.server = servers.get(random.nextInt(servers.size()));
            Duration most = Duration.ofMillis(500 + random.nextInt(6_000));
            this.limits = AwsRequestOverrideConfiguration.builder().apiCallTimeout(most).build();
            this.kind = random.nextInt(100);
            this.size = random.nextDouble();
        }

        void make() {
            if (kind < 40) {
                get(server, key, limits);
            } else if (kind < 60) {
                put(new When.Always());
            } else if (kind < 70) {
                put(new When.Absent());
            } else if (kind < 80) {
                put(held());
            } else if (kind < 88) {
                delete();
            } else {
                list();
            }
        }

        private When held() {
            Long seen = lastSeen.get(key);
            return seen == null ? new When.Absent() : new When.Holds(seen);
        }

        private void put(When when) {
            Value value = values.next(size);
            etags.put(value.number(), value.etag());
            Act.Write write = new Act.Write(when, value.number());
            written("put", write, () -> server.putObject(p -> {
                p.bucket(key.bucket()).key(key.name()).overrideConfiguration(limits);
                if (when instanceof When.Absent) {
                    p.ifNoneMatch("*");
                } else if (when instanceof When.Holds(long held)) {
                    p.ifMatch(etags.get(held));
                }
            }, RequestBody.fromBytes(value.bytes())));
        }

        private void delete() {
            written("delete", new Act.Write(new When.Always(), 0), () -> server.deleteObject(
                    d -> d.bucket(key.bucket()).key(key.name()).overrideConfiguration(limits)));
        }

        private void written(String what, Act.Write write, Runnable call) {
            try {
                call.run();
                keys.saw(key, write, invokedNanos);
                keys.count(what + " ok");
                if (write.value() != 0) {
                    lastSeen.put(key, write.value());
                }
            } catch (NoSuchKeyException _) {
                // If-Match, and there is nothing.
                keys.saw(key, new Act.Refusal(new When.Present()), invokedNanos);
                keys.count(what + " refused");
            } catch (S3Exception e) {
                onRefusal(what, write, e);
            } catch (SdkException e) {
                onNoAnswer(what, write, e);
            }
        }

        private void onRefusal(String what, Act.Write write, S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
                keys.saw(key, new Act.Refusal(write.when()), invokedNanos);
                keys.count(what + " refused");
            } else if (e.statusCode() >= 500) {
                keys.mayCome(key, write, invokedNanos);
                keys.count(what + " unknown (" + e.statusCode() + ")");
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            } else {
                keys.anomaly(what + " of " + key + " answered " + e.getMessage());
            }
        }

        private void onNoAnswer(String what, Act.Write write, SdkException e) {
            if (isUnconnected(e)) {
                keys.count(what + " failed");
            } else {
                keys.mayCome(key, write, invokedNanos);
                keys.count(what + " unknown");
            }
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }

        private void list() {
            int slash = key.name().indexOf('/');
            String prefix = key.name().substring(0, slash + 1);
            try {
                Map<String, String> listed = new HashMap<>();
                server.listObjectsV2(l -> l.bucket(key.bucket()).prefix(prefix)
                                .overrideConfiguration(limits)).contents()
                        .forEach(object -> listed.put(object.key(), object.eTag()));
                keys.count("list ok");
                keys.all().stream().filter(k -> k.bucket().equals(key.bucket())
                                && k.name().startsWith(prefix))
                        .forEach(k -> found(k, listed.get(k.name()), invokedNanos));
            } catch (SdkException e) {
                onNoRead("list", key, e);
            }
        }
    }

    private static boolean isUnconnected(SdkException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return e instanceof SdkClientException;
            }
        }
        return false;
    }

    /// Whether there was an answer.
    private boolean get(S3Client server, Key key, AwsRequestOverrideConfiguration limits) {
        long invokedNanos = System.nanoTime();
        try {
            ResponseBytes<GetObjectResponse> object = server.getObjectAsBytes(g -> g
                    .bucket(key.bucket()).key(key.name()).overrideConfiguration(limits));
            long number = found(key, object.response().eTag(), invokedNanos);
            if (!HotValues.areOf(number, object.asByteArrayUnsafe())) {
                keys.anomaly(key + " has other bytes than its ETag says");
            }
            keys.count("get ok");
            return true;
        } catch (NoSuchKeyException _) {
            found(key, null, invokedNanos);
            keys.count("get ok");
            return true;
        } catch (SdkException e) {
            onNoRead("get", key, e);
            return false;
        }
    }

    /// @param etag null: there is nothing
    private long found(Key key, String etag, long invokedNanos) {
        if (etag == null) {
            keys.saw(key, new Act.Read(0), invokedNanos);
            return 0;
        }
        OptionalLong number = values.number(etag);
        if (number.isEmpty()) {
            keys.anomaly(key + " holds what nobody wrote: " + etag);
            return 0;
        }
        keys.saw(key, new Act.Read(number.getAsLong()), invokedNanos);
        lastSeen.put(key, number.getAsLong());
        return number.getAsLong();
    }

    private void onNoRead(String what, Key key, SdkException e) {
        if (e instanceof S3Exception answer) {
            keys.count(what + " failed (" + answer.statusCode() + ")");
            if (answer.statusCode() < 500) {
                keys.anomaly(what + " of " + key + " answered " + e.getMessage());
            }
        } else {
            keys.count(what + " failed");
        }
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    }

    void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /// Reads every key that was ever used from every server; what is found joins the history, and
    /// so shows whether something acknowledged is lost.
    void readEverything() {
        AwsRequestOverrideConfiguration limits = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(Duration.ofSeconds(20)).build();
        for (int server = 1; server <= servers.size(); server++) {
            for (Key key : keys.all()) {
                if (!get(servers.get(server - 1), key, limits)) {
                    keys.anomaly(key + " cannot be read from healthy server " + server);
                }
            }
        }
    }

    @Override
    public void close() {
        stop();
        servers.forEach(S3Client::close);
    }
}
