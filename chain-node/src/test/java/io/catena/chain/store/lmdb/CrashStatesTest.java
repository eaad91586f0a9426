package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.chain.store.lmdb.Recording.Event;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Crash consistency of the real store on real files: a process works under strace, which records
/// every write and flush with its bytes; then crashes at hundreds of moments are replayed, each
/// with what was not flushed lost, torn and reordered, and the real store opens what is left.
///
/// Everything that was acknowledged must be there, nothing half, and nothing may be called damaged.
class CrashStatesTest {
    private static final Logger LOG = LoggerFactory.getLogger(CrashStatesTest.class);
    private static final int CRASHES = 400;
    private static final LmdbSettings SETTINGS = TestDisk.SETTINGS.withReadGraceMillis(0)
            .withHistory(40, 1 << 20, 40);

    @TempDir
    private static Path directory;
    private static List<Event> events;
    private static Path recorded;

    @BeforeAll
    static void record() throws Exception {
        assertThat(Path.of("/usr/bin/strace")).as("strace, which scripts/test installs").exists();
        recorded = directory.toRealPath().resolve("recorded");
        Files.createDirectory(recorded);
        Path trace = directory.resolve("trace");
        List<String> command = new ArrayList<>(List.of("/usr/bin/strace", "-f", "--seccomp-bpf",
                "-y", "-xx", "-s", "4194304", "-e", "trace=" + Recording.CALLS, "-o",
                trace.toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--")).toList());
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"),
                Workload.class.getName(), recorded.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile()).start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(
                () -> "see " + directory.resolve("output")).isZero();
        events = Recording.read(trace, recorded);
    }

    @Test
    void shouldKeepWhatWasAcknowledgedThroughAnyCrash() throws IOException {
        long seed = new Random().nextLong();
        int inDoubt = replay(events, seed, CRASHES);
        LOG.info("{} crashes replayed of seed {}, {} writes in doubt, in {} events",
                CRASHES, seed, inDoubt, events.size());
        assertThat(inDoubt).isPositive();
    }

    @Test
    void shouldFindThatBodiesAreNotFlushed() {
        assertThatThrownBy(() -> replay(without("bodies.dat"), 5, CRASHES))
                .isInstanceOf(AssertionError.class).hasMessageContaining("crash before line");
    }

    @Test
    void shouldFindThatTheIndexIsNotFlushed() {
        assertThatThrownBy(() -> replay(without("data.mdb"), 5, CRASHES))
                .isInstanceOf(AssertionError.class).hasMessageContaining("crash before line");
    }

    @Test
    void shouldFindThatNamesAreNotFlushed() {
        assertThatThrownBy(() -> replay(without("recorded"), 5, CRASHES))
                .isInstanceOf(AssertionError.class).hasMessageContaining("crash before line");
    }

    /// The recording of a store that forgets to flush this file.
    private static List<Event> without(String file) {
        return events.stream().filter(event -> !(event instanceof Recording.Flush flush
                && flush.file().endsWith("/" + file))).toList();
    }

    private static int replay(List<Event> recording, long seed, int crashes) throws IOException {
        Random random = new Random(seed);
        long first = recording.getFirst().start();
        long last = recording.getLast().end() + 1;
        List<Long> moments = random.longs(crashes, first, last + 1).sorted().boxed().toList();
        CrashStates states = new CrashStates(recording, recorded);
        int inDoubt = 0;
        for (long moment : moments) {
            Path state = Files.createDirectory(directory.resolve("state"));
            try {
                inDoubt += states.write(moment, random, state);
                verify(state, acknowledged(recording, moment),
                        "crash before line " + moment + " of seed " + seed);
            } finally {
                remove(state);
            }
        }
        return inDoubt;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// @param identity of the disk, as told; empty before
    private record Acknowledged(String identity, long seq) {}

    private static Acknowledged acknowledged(List<Event> recording, long line) {
        String identity = "";
        long seq = 0;
        for (Event event : recording) {
            if (event instanceof Recording.Said said && said.start() < line) {
                if (said.line().startsWith("open ")) {
                    identity = said.line().substring(5);
                } else if (said.line().matches("\\d+\\.")) {
                    seq = Math.max(seq, Long.parseLong(
                            said.line().substring(0, said.line().length() - 1)));
                }
            }
        }
        return new Acknowledged(identity, seq);
    }

    private static void verify(Path state, Acknowledged acknowledged, String when) {
        try (TestDisk test = new TestDisk(state, SETTINGS)) {
            if (acknowledged.identity().isEmpty()) {
                return;
            }
            assertThat(test.disk.damage().isSetAside()).as(when).isFalse();
            assertThat(test.disk.damage().lostChains()).as(when).isEmpty();
            assertThat(test.disk.identity()).as(when).isEqualTo(acknowledged.identity());
            RecoveredReplica recovered = test.chain.recovered();
            long applied = recovered.applied().seq();
            assertThat(applied + recovered.log().size()).as(when)
                    .isGreaterThanOrEqualTo(acknowledged.seq());
            long next = applied + 1;
            for (Update update : recovered.log()) {
                assertThat(update).as(when).isEqualTo(Workload.update(next++));
            }
            verifyIndex(test, applied, when);
            verifyBodies(test, applied, next, when);
            DiskChecks.check(test.disk);
            assertThat(test.write(new Effect.Append(Workload.update(next)))).as(when)
                    .isEqualTo(new Input.Flushed(next));
        }
    }

    /// The index is what the updates through `applied` make, and nothing else.
    private static void verifyIndex(TestDisk test, long applied, String when) {
        Map<Bytes, Bytes> expected = new TreeMap<>();
        for (long seq = 1; seq <= applied; seq++) {
            for (Mutation mutation : Workload.update(seq).mutations()) {
                switch (mutation) {
                    case Mutation.Put put -> expected.put(put.key(), put.value());
                    case Mutation.Delete delete -> expected.remove(delete.key());
                }
            }
        }
        Map<Bytes, Bytes> found = new TreeMap<>();
        ((Input.ChunkRead) test.chain.read(new Effect.ReadChunk(1, Bytes.EMPTY))).chunk().items()
                .forEach(item -> found.put(item.key(), item.version().value()));
        assertThat(found).as(when).isEqualTo(expected);
    }

    /// What the index or the log names can be read, and is what was written.
    private static void verifyBodies(TestDisk test, long applied, long end, String when) {
        assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 1)).as(when).isEmpty();
        for (long seq = Math.max(1, end - Workload.KEYS); seq < end; seq++) {
            boolean replaced = seq + Workload.KEYS <= applied || Workload.deletes(seq + 1)
                    && seq < applied;
            if (!replaced && Workload.hasBody(seq)) {
                assertThat(test.body(Workload.ref(seq)).orElse(null)).as(when)
                        .isEqualTo(Workload.body(seq));
            }
        }
        var slice = test.disk.bodies().verify(TestDisk.CHAIN, java.util.Optional.empty(), 1 << 30);
        assertThat(slice.damaged()).as(when).isZero();
        assertThat(slice.next()).as(when).isEmpty();
    }

    /// The process that is recorded: appends, applies, deletes and frees, and says what was
    /// acknowledged.
    static final class Workload {
        static final int KEYS = 30;
        private static final int UPDATES = 640;
        private static final int WINDOW = 8;

        private Workload() {}

        /// Each tenth update deletes what the one before it put.
        static boolean deletes(long seq) {
            return seq % 10 == 0;
        }

        static boolean hasBody(long seq) {
            return !deletes(seq) && seq % 3 != 0;
        }

        static String key(long seq) {
            return "key" + seq % KEYS + "/" + "long".repeat((int) (seq % KEYS) * 8);
        }

        static byte[] body(long seq) {
            return TestDisk.bytes((int) (1 + seq * 7_919 % 30_000), seq);
        }

        static BodyRef ref(long seq) {
            return TestDisk.ref(body(seq), seq);
        }

        /// Two keys in each, so that half an update would show.
        static Update update(long seq) {
            Mutation counter = TestDisk.put("counter", "at " + seq);
            if (deletes(seq)) {
                return TestDisk.update(seq, TestDisk.delete(key(seq - 1)), counter);
            }
            return TestDisk.update(seq, hasBody(seq) ? TestDisk.put(key(seq), "v" + seq, ref(seq))
                    : TestDisk.put(key(seq), ("v" + seq).repeat((int) (seq % 700))), counter);
        }

        public static void main(String[] arguments) throws IOException {
            // One call for each line, whole, and none for the log.
            FileOutputStream out = new FileOutputStream(FileDescriptor.out);
            TestDisk test = new TestDisk(Path.of(arguments[0]), SETTINGS);
            say(out, "open " + test.disk.identity());
            long seq = 0;
            while (seq < UPDATES) {
                List<CompletableFuture<?>> flushes = new ArrayList<>();
                for (int i = 0; i < WINDOW; i++) {
                    seq++;
                    long number = seq;
                    if (hasBody(seq)) {
                        test.stage(body(seq), seq);
                    }
                    flushes.add(test.submit(new Effect.Append(update(seq)))
                            .thenAccept(_ -> say(out, number + ".")));
                }
                flushes.forEach(CompletableFuture::join);
                test.chain.write(new Effect.Apply(seq - 3), _ -> {});
                test.disk.sweep();
            }
            test.close();
        }

        private static void say(FileOutputStream out, String line) {
            try {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
