package io.catena.server.system;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// How long pages of a bucket's listing take, one after the other.
final class Pages {
    /// What is asked for, and how many lines its answer has.
    enum Kind {
        START(1_000) {
            @Override
            String query(long count) {
                return "list-type=2&max-keys=1000";
            }
        },
        MIDDLE(1_000) {
            @Override
            String query(long count) {
                return "list-type=2&max-keys=1000&start-after=" + after(count / 2, count);
            }
        },
        END(1_000) {
            @Override
            String query(long count) {
                return "list-type=2&max-keys=1000&start-after=" + after(count - 1_001, count);
            }
        },
        /// Ten common prefixes, each with a tenth of all keys beneath.
        ROLLED_UP(10) {
            @Override
            String query(long count) {
                return "delimiter=%2F&list-type=2&max-keys=1000";
            }
        },
        /// The first keys of one of these.
        BENEATH(1_000) {
            @Override
            String query(long count) {
                return "delimiter=%2F&list-type=2&max-keys=1000&prefix=d5%2F";
            }
        };

        final int lines;

        Kind(int lines) {
            this.lines = lines;
        }

        abstract String query(long count);

        private static String after(long number, long count) {
            return BulkLoad.key(number, count).replace("/", "%2F");
        }
    }

    /// In the order in which they were taken.
    private static final class Times {
        private final long[] nanos;
        private int taken;

        Times(int samples) {
            nanos = new long[samples];
        }

        double millis(int percent) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[(sorted.length - 1) * percent / 100] / 1e6;
        }
    }

    private final SignedClient client;
    private final String bucket;
    private final long count;
    private final Map<Kind, Times> times = new EnumMap<>(Kind.class);

    Pages(SignedClient client, String bucket, long count, int samples) {
        this.client = client;
        this.bucket = bucket;
        this.count = count;
        for (Kind kind : Kind.values()) {
            times.put(kind, new Times(samples));
        }
    }

    /// Takes a page and its time.
    void take(Kind kind, int server) {
        Times of = times.get(kind);
        of.nanos[of.taken++] = nanos(kind, server);
    }

    long nanos(Kind kind, int server) {
        long startNanos = System.nanoTime();
        SignedClient.Answer answer =
                client.ask(server, HttpMethod.GET, "/" + bucket, kind.query(count));
        long nanos = System.nanoTime() - startNanos;
        int lines = lines(answer.body().toString(), kind);
        if (answer.status() != 200 || lines != kind.lines) {
            throw new AssertionError("%s of %s: %d with %d lines: %.200s".formatted(
                    kind, bucket, answer.status(), lines, answer.body()));
        }
        return nanos;
    }

    private static int lines(String page, Kind kind) {
        return page.split(kind == Kind.ROLLED_UP ? "<CommonPrefixes>" : "<Contents>", -1).length
                - 1;
    }

    /// What the bucket says how many objects it has.
    long objects() {
        return Long.parseLong(client.ask(0, HttpMethod.HEAD, "/" + bucket, "").objects());
    }

    double millis(Kind kind, int percent) {
        return times.get(kind).millis(percent);
    }
}
