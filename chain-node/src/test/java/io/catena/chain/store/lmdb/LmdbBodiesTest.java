package io.catena.chain.store.lmdb;

import static io.catena.chain.store.lmdb.TestDisk.bytes;
import static io.catena.chain.store.lmdb.TestDisk.delete;
import static io.catena.chain.store.lmdb.TestDisk.put;
import static io.catena.chain.store.lmdb.TestDisk.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.replica.Effect;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmdbBodiesTest {
    private static final int PAGE = BodyRef.PAGE_BYTES;

    @TempDir
    private Path directory;

    private static BodyReply read(TestDisk test, BodyRef ref, int offset, int length) {
        return test.disk.bodies().read(
                new BodyMessage.Read(TestDisk.CHAIN, ref.id(), offset, length)).reply();
    }

    @Test
    void shouldServeWhatIsStagedAndWhatIsStored() {
        byte[] bytes = bytes(3 * BodyMessage.CHUNK_BYTES_MAX + 77, 1);
        BodyRef ref;
        try (TestDisk test = new TestDisk(directory)) {
            ref = test.stage(bytes, 1);
            assertThat(test.body(ref).orElseThrow()).isEqualTo(bytes);
            assertThat(test.disk.bodies().holds(TestDisk.CHAIN, ref)).isTrue();
            test.store(1, put("a", "1", ref));
            assertThat(test.body(ref).orElseThrow()).isEqualTo(bytes);
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.body(ref).orElseThrow()).isEqualTo(bytes);
            assertThat(test.disk.bodies().holds(TestDisk.CHAIN, ref)).isTrue();
            assertThat(test.disk.bodies().stagedBytes(TestDisk.CHAIN, ref.id()))
                    .isEqualTo(bytes.length);
            var part = test.disk.bodies().read(
                    new BodyMessage.Read(TestDisk.CHAIN, ref.id(), PAGE, PAGE + 5));
            byte[] expected = java.util.Arrays.copyOfRange(bytes, PAGE, 2 * PAGE + 5);
            assertThat(part.bytes()).isEqualTo(ByteBuffer.wrap(expected));
            assertThat(((BodyReply.Content) part.reply()).pageCrcs()).hasSize(2);
            DiskChecks.check(test.disk);
        }
    }

    @Test
    void shouldAcceptRepeatsAndRefuseWhatDoesNotFit() {
        byte[] bytes = bytes(2 * BodyMessage.CHUNK_BYTES_MAX, 1);
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.stage(bytes, 1, BodyMessage.CHUNK_BYTES_MAX))
                    .isInstanceOf(BodyReply.Invalid.class);
            assertThat(test.stage(bytes, 1, 0)).isEqualTo(new BodyReply.Staged());
            assertThat(test.stage(bytes, 1, 0)).isEqualTo(new BodyReply.Staged());
            assertThat(test.stage(bytes(bytes.length, 2), 1, 0))
                    .isInstanceOf(BodyReply.Invalid.class);
            assertThat(test.stage(bytes(bytes.length + 1, 1), 1, 0))
                    .isInstanceOf(BodyReply.Invalid.class);
            assertThat(test.disk.bodies().holds(TestDisk.CHAIN, TestDisk.ref(bytes, 1))).isFalse();
            BodyRef ref = test.stage(bytes, 1);
            test.store(1, put("a", "1", ref));
            assertThat(test.stage(bytes, 1, 0)).isEqualTo(new BodyReply.Staged());
        }
    }

    @Test
    void shouldRefuseBytesThatDoNotMatchTheirChecksum() {
        try (TestDisk test = new TestDisk(directory)) {
            var chunk = new BodyMessage.Stage(
                    TestDisk.CHAIN, new BodyId(1, 1), 10, 0, List.of(12345));
            assertThat(test.disk.bodies().stage(chunk, ByteBuffer.wrap(bytes(10, 1))))
                    .isInstanceOf(BodyReply.Invalid.class);
        }
    }

    @Test
    void shouldForgetStagedBodies() {
        try (TestDisk test = new TestDisk(directory)) {
            BodyRef discarded = test.stage(bytes(100, 1), 1);
            BodyRef idle = test.stage(bytes(100, 2), 2);
            test.disk.bodies().discard(TestDisk.CHAIN, discarded.id());
            assertThat(read(test, discarded, 0, 100)).isInstanceOf(BodyReply.Absent.class);
            test.nowMillis += TestDisk.SETTINGS.stagedIdleMillis();
            test.sweep();
            assertThat(read(test, idle, 0, 100)).isInstanceOf(BodyReply.Absent.class);
        }
    }

    @Test
    void shouldFreeReplacedBodiesAfterTheReadersGrace() {
        try (TestDisk test = new TestDisk(directory)) {
            BodyRef first = test.stage(bytes(100, 1), 1);
            test.store(1, put("a", "1", first));
            BodyRef second = test.stage(bytes(100, 2), 2);
            test.store(2, put("a", "2", second));
            test.sweep();
            assertThat(test.body(first)).isPresent();
            assertThat(test.disk.bodies().holds(TestDisk.CHAIN, first)).isFalse();
            test.nowMillis += TestDisk.SETTINGS.readGraceMillis();
            test.sweep();
            assertThat(test.body(first)).isEmpty();
            assertThat(test.body(second)).isPresent();
            assertThat(DiskChecks.check(test.disk)).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepABodyThatIsPutAgain() {
        try (TestDisk test = new TestDisk(directory)) {
            BodyRef ref = test.stage(bytes(100, 1), 1);
            test.store(1, put("a", "1", ref));
            test.store(2, put("a", "2", ref));
            test.store(3, delete("a"));
            test.store(4, put("a", "4", ref));
            test.nowMillis += TestDisk.SETTINGS.readGraceMillis();
            test.sweep();
            assertThat(test.body(ref)).isPresent();
            assertThat(DiskChecks.check(test.disk)).isEqualTo(1);
        }
    }

    @Test
    void shouldLimitWhatIsStagedAndWhatFits() {
        LmdbSettings settings = TestDisk.SETTINGS.withStagedBytesMax(3 * PAGE)
                .withDataBytesMax(4 * PAGE).withReadGraceMillis(0);
        try (TestDisk test = new TestDisk(directory, settings)) {
            BodyRef first = test.stage(bytes(2 * PAGE, 1), 1);
            assertThat(test.stage(bytes(2 * PAGE, 2), 2, 0)).isInstanceOf(BodyReply.Busy.class);
            test.store(1, put("a", "1", first));
            BodyRef second = test.stage(bytes(2 * PAGE, 2), 2);
            test.store(2, put("b", "1", second));
            assertThat(test.disk.bodies().freeBytes()).isZero();
            assertThat(test.stage(bytes(10, 3), 3, 0)).isInstanceOf(BodyReply.NoSpace.class);
            test.store(3, delete("a"));
            test.sweep();
            assertThat(test.disk.bodies().freeBytes()).isEqualTo(2 * PAGE);
            test.store(4, put("c", "1", test.stage(bytes(PAGE, 4), 4)));
        }
    }

    @Test
    void shouldKeepReserveInAFullMap() {
        LmdbSettings settings = TestDisk.SETTINGS.withMapBytes(16 << 20).withReserveBytes(8 << 20)
                .withHistory(1, 1, 1);
        try (TestDisk test = new TestDisk(directory, settings)) {
            long seq = 0;
            while (test.disk.hasRoom()) {
                seq++;
                test.store(seq, put("key-" + seq, "v".repeat(50_000)));
            }
            assertThat(seq).isBetween(100L, 320L);
            for (long stored = seq; stored >= 1; stored--) {
                test.store(++seq, delete("key-" + stored));
            }
            assertThat(test.disk.hasRoom()).isTrue();
        }
    }

    @Test
    void shouldKeepReserveOnAFullFileSystem() {
        try (TestDisk test = new TestDisk(
                directory, TestDisk.SETTINGS.withReserveBytes(Long.MAX_VALUE / 4))) {
            assertThat(test.stage(bytes(10, 3), 3, 0)).isInstanceOf(BodyReply.NoSpace.class);
            assertThat(test.disk.hasRoom()).isFalse();
            test.store(1, put("a", "1"));
            test.store(2, delete("a"));
            assertThat(test.value("a")).isEmpty();
        }
    }

    @Test
    void shouldCountWhatWasDeletedFromTheIndexAsRoom() throws IOException {
        LmdbSettings settings = TestDisk.SETTINGS.withHistory(1, 1, 1);
        try (TestDisk test = new TestDisk(directory, settings)) {
            String value = "v".repeat(10_000);
            for (int seq = 1; seq <= 400; seq++) {
                test.store(seq, put("k" + seq, value));
            }
            long usedBytes = Files.size(directory.resolve("data.mdb"));
            assertThat(test.freeBytes()).isLessThan(usedBytes / 2);
            for (int seq = 401; seq <= 800; seq++) {
                test.store(seq, delete("k" + (seq - 400)));
            }
            assertThat(test.freeBytes()).isGreaterThan(usedBytes * 9 / 10);
        }
    }

    @Test
    void shouldNeverServeDamagedBytesAndRepairThem() throws IOException {
        byte[] bytes = bytes(4 * PAGE, 1);
        BodyRef ref;
        try (TestDisk test = new TestDisk(directory)) {
            ref = test.stage(bytes, 1);
            test.store(1, put("a", "1", ref));
        }
        try (FileChannel file = FileChannel.open(
                directory.resolve("bodies.dat"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {(byte) ~bytes[PAGE + 9]}), PAGE + 9);
            file.truncate(3 * PAGE + 100);
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(read(test, ref, 0, PAGE)).isInstanceOf(BodyReply.Content.class);
            assertThat(read(test, ref, PAGE, 10)).isInstanceOf(BodyReply.Damaged.class);
            assertThat(read(test, ref, 3 * PAGE, PAGE)).isInstanceOf(BodyReply.Damaged.class);
            assertThat(read(test, ref, 2 * PAGE, PAGE)).isInstanceOf(BodyReply.Content.class);
            test.write(new Effect.Apply(0));
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 5)).containsExactly(ref);
            assertThat(test.disk.bodies().holds(TestDisk.CHAIN, ref)).isFalse();
            test.stage(bytes, 1);
            test.write(new Effect.Apply(0));
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 5)).isEmpty();
            assertThat(test.body(ref).orElseThrow()).isEqualTo(bytes);
            assertThat(DiskChecks.check(test.disk)).isEqualTo(1);
        }
    }

    @Test
    void shouldVerifyAllBodiesInSlices() throws IOException {
        try (TestDisk test = new TestDisk(directory)) {
            for (int i = 1; i <= 10; i++) {
                test.store(i, put("k" + i, "1", test.stage(bytes(PAGE + i, i), i)));
            }
            try (FileChannel file = FileChannel.open(
                    directory.resolve("bodies.dat"), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(bytes(5, 77)), 3 * PAGE);
            }
            int bodies = 0;
            int damaged = 0;
            Optional<BodyId> after = Optional.empty();
            do {
                var slice = test.disk.bodies().verify(TestDisk.CHAIN, after, 2 * PAGE);
                assertThat(slice.bodies()).isLessThanOrEqualTo(2);
                bodies += slice.bodies();
                damaged += slice.damaged();
                after = slice.next();
            } while (after.isPresent());
            assertThat(bodies).isEqualTo(10);
            assertThat(damaged).isEqualTo(1);
            test.write(new Effect.Apply(0));
            assertThat(test.disk.bodies().damage().found()).isEqualTo(1);
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 5)).hasSize(1);
        }
    }

    @Test
    void shouldRememberWhatIsMissing() {
        byte[] bytes = bytes(1_000, 1);
        BodyRef ref = TestDisk.ref(bytes, 1);
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, put("a", "1", ref));
            assertThat(read(test, ref, 0, 10)).isInstanceOf(BodyReply.Absent.class);
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 5)).containsExactly(ref);
            test.stage(bytes, 1);
            test.write(new Effect.Apply(0));
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 5)).isEmpty();
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.body(ref).orElseThrow()).isEqualTo(bytes);
            test.store(2, put("b", "1", TestDisk.ref(bytes, 2)));
            test.store(3, delete("b"));
            assertThat(test.disk.bodies().missing(TestDisk.CHAIN, 5)).isEmpty();
            DiskChecks.check(test.disk);
        }
    }

    /// Random histories with restarts: bodies that are named are there, others are freed.
    @Test
    void shouldAccountForEveryBodyWhateverHappens() {
        Random random = new Random(5);
        LmdbSettings settings = TestDisk.SETTINGS.withReadGraceMillis(0).withHistory(8, 1 << 20, 8);
        long seq = 0;
        long applied = 0;
        for (int life = 0; life < 6; life++) {
            try (TestDisk test = new TestDisk(directory, settings)) {
                assertThat(test.chain.recovered().applied().seq()).isEqualTo(applied);
                for (int step = 0; step < 60; step++) {
                    switch (random.nextInt(6)) {
                        case 0, 1, 2 -> test.append(++seq, mutation(test, random, seq));
                        case 3 -> {
                            applied += random.nextLong(seq - applied + 1);
                            test.write(new Effect.Apply(applied));
                        }
                        case 4 -> test.sweep();
                        default -> {
                            if (random.nextInt(8) == 0) {
                                test.write(new Effect.BeginJoin());
                                seq = applied;
                            }
                        }
                    }
                }
                test.write(new Effect.Apply(0));
                DiskChecks.check(test.disk);
            }
        }
    }

    private static Mutation mutation(TestDisk test, Random random, long seq) {
        String key = "k" + random.nextInt(10);
        return switch (random.nextInt(4)) {
            case 0 -> delete(key);
            case 1 -> put(key, "v");
            default -> put(key, "v", test.stage(
                    bytes(random.nextInt(1, 3 * PAGE), seq), random.nextLong()));
        };
    }

    @Test
    void shouldNotLetAWaitingUpdateLoseItsBody() {
        try (TestDisk test = new TestDisk(directory)) {
            BodyRef ref = test.stage(bytes(10, 1), 1);
            var flushed = test.submit(new Effect.Append(update(1, put("a", "1", ref))));
            test.disk.bodies().discard(TestDisk.CHAIN, ref.id());
            flushed.join();
            assertThat(test.body(ref)).isPresent();
            assertThat(test.body(ref).orElseThrow()).isEqualTo(bytes(10, 1));
        }
    }
}
