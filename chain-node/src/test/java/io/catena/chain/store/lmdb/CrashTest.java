package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that writes, at random moments, and looks at what is left.
class CrashTest {
    private static final int LIVES = 6;

    @TempDir
    private Path directory;

    @Test
    void shouldKeepWhatWasAcknowledgedThroughKills() throws Exception {
        Random random = new Random();
        long acknowledged = 0;
        for (int life = 0; life < LIVES; life++) {
            acknowledged = Math.max(acknowledged, runAndKill(random.nextInt(5, 400)));
            verify(acknowledged);
        }
        assertThat(acknowledged).isPositive();
    }

    /// Kills the writer once it has acknowledged about `acknowledgements` appends.
    private long runAndKill(int acknowledgements) throws Exception {
        Path output = directory.resolve("output");
        Process child = start(output);
        try {
            while (child.isAlive() && Files.readAllLines(output).size() <= acknowledgements) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(child.isAlive()).isTrue();
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        return Files.readAllLines(output).stream().filter(line -> line.endsWith("."))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.length() - 1)))
                .max().orElse(0);
    }

    private Process start(Path output) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--")).toList());
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"),
                Writer.class.getName(), directory.toString()));
        return new ProcessBuilder(command).redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private void verify(long acknowledged) {
        try (TestDisk test = new TestDisk(directory)) {
            RecoveredReplica recovered = test.chain.recovered();
            long end = recovered.applied().seq() + recovered.log().size();
            assertThat(end).isGreaterThanOrEqualTo(acknowledged);
            long next = recovered.applied().seq() + 1;
            for (Update update : recovered.log()) {
                assertThat(update).isEqualTo(Writer.update(next++));
            }
            for (long seq = Math.max(1, end - 2 * Writer.KEYS); seq <= end; seq++) {
                verifyNewest(test, seq, recovered.applied().seq(), end);
            }
            DiskChecks.check(test.disk);
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 1)).isEmpty();
        }
    }

    /// The body of an update that nothing replaced is there, and the index has the newest applied.
    private static void verifyNewest(TestDisk test, long seq, long applied, long end) {
        if (seq + Writer.KEYS > applied && seq + Writer.KEYS > end - Writer.KEYS) {
            assertThat(test.body(Writer.ref(seq)).orElseThrow()).isEqualTo(Writer.body(seq));
        }
        if (seq <= applied && seq + Writer.KEYS > applied) {
            assertThat(test.value(Writer.key(seq))).contains("v" + seq);
        }
    }

    /// The process that is killed: appends and applies, and says what was acknowledged.
    static final class Writer {
        static final int KEYS = 40;
        private static final int WINDOW = 16;

        private Writer() {}

        static String key(long seq) {
            return "key" + seq % KEYS;
        }

        static byte[] body(long seq) {
            return TestDisk.bytes((int) (1 + seq * 7_919 % 200_000), seq);
        }

        static BodyRef ref(long seq) {
            return TestDisk.ref(body(seq), seq);
        }

        static Update update(long seq) {
            Mutation put = TestDisk.put(key(seq), "v" + seq, ref(seq));
            return TestDisk.update(seq, put);
        }

        public static void main(String[] args) {
            LmdbSettings settings = TestDisk.SETTINGS.withReadGraceMillis(0)
                    .withHistory(50, 1 << 20, 50);
            TestDisk test = new TestDisk(Path.of(args[0]), settings);
            System.out.println("open");
            RecoveredReplica recovered = test.chain.recovered();
            long seq = recovered.applied().seq() + recovered.log().size();
            while (true) {
                List<CompletableFuture<?>> flushes = new ArrayList<>();
                for (int i = 0; i < WINDOW; i++) {
                    seq++;
                    long number = seq;
                    test.stage(body(seq), seq);
                    flushes.add(test.submit(new Effect.Append(update(seq)))
                            .thenAccept(_ -> System.out.println(number + ".")));
                }
                flushes.forEach(CompletableFuture::join);
                test.chain.write(new Effect.Apply(seq - 5), _ -> {});
                test.disk.sweep();
            }
        }
    }
}
