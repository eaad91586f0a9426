package io.catena.chain.store.lmdb;

import static io.catena.chain.store.lmdb.TestDisk.delete;
import static io.catena.chain.store.lmdb.TestDisk.put;
import static io.catena.chain.store.lmdb.TestDisk.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Usage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is damaged while no process has the disk is never believed, and never ends the process that
/// opens it: LMDB would follow any pointer.
class DamageTest {
    private static final ChainId OTHER = new ChainId(8);
    private static final int FLIPS = 400;
    private static final int KEYS = 120;
    private static final Random RANDOM = new Random();

    @TempDir
    private Path directory;
    private Path whole;

    /// What a replica holds: to be found again, or nothing.
    private record Content(RecoveredReplica replica, Map<Bytes, String> index) {}

    @BeforeEach
    void fill() {
        whole = directory.resolve("whole");
        try (TestDisk test = new TestDisk(whole)) {
            long seq = 0;
            for (int i = 0; i < KEYS; i++) {
                BodyRef body = test.stage(TestDisk.bytes(100, i), i);
                test.append(++seq, put("key" + i, "value".repeat(1 + i % 60), body));
            }
            test.append(++seq, put("x".repeat(900), "long"),
                    put("y".repeat(500), "v".repeat(9_000)));
            test.write(new Effect.Apply(seq));
            test.append(++seq, delete("key7"));
            test.write(new Effect.Append(update(++seq, put("key8", "later"))));
            for (int i = 1; i <= KEYS; i++) {
                CompletableFuture<Input> done = new CompletableFuture<>();
                test.disk.chain(OTHER).write(
                        new Effect.Append(update(i, put("key" + i, "other" + i))), _ -> {});
                test.disk.chain(OTHER).write(new Effect.Apply(i), done::complete);
                done.join();
            }
        }
    }

    private static Content content(LmdbDisk disk, ChainId chain) {
        Map<Bytes, String> index = new TreeMap<>();
        Bytes after = Bytes.EMPTY;
        boolean last = false;
        while (!last) {
            var chunk = ((Input.ChunkRead) disk.chain(chain).read(
                    new Effect.ReadChunk(1, after))).chunk();
            chunk.items().forEach(item -> index.put(item.key(), item.version().toString()));
            after = chunk.through();
            last = chunk.last();
        }
        return new Content(disk.chain(chain).recovered(), index);
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(directory.resolve(name));
        for (String file : List.of("data.mdb", "bodies.dat")) {
            Files.copy(whole.resolve(file), copy.resolve(file));
        }
        return copy;
    }

    private static void flip(Path file, long bit) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bit / 8);
            int value = bytes.read();
            bytes.seek(bit / 8);
            bytes.write(value ^ 1 << bit % 8);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldBelieveNothingThatAFlippedBitMayHaveChanged() throws IOException {
        Content expected;
        Content expectedOther;
        String identity;
        try (TestDisk test = new TestDisk(whole)) {
            expected = content(test.disk, TestDisk.CHAIN);
            expectedOther = content(test.disk, OTHER);
            identity = test.disk.identity();
        }
        long seed = RANDOM.nextLong();
        Random random = new Random(seed);
        int[] lost = new int[2];
        for (int i = 0; i < FLIPS; i++) {
            Path copy = copy("flip" + i);
            long bit = random.nextLong(8 * Files.size(copy.resolve("data.mdb")));
            flip(copy.resolve("data.mdb"), bit);
            try (TestDisk test = new TestDisk(copy)) {
                String where = "bit " + bit + " of seed " + seed;
                if (test.disk.damage().isSetAside()) {
                    assertThat(test.disk.identity()).as(where).isNotEqualTo(identity);
                    assertThat(test.disk.chains()).as(where).isEmpty();
                    lost[0]++;
                } else {
                    assertThat(test.disk.identity()).as(where).isEqualTo(identity);
                    verify(test, TestDisk.CHAIN, expected, where, lost);
                    verify(test, OTHER, expectedOther, where, lost);
                }
                test.disk.chain(OTHER);
                assertThat(usable(test)).as(where).isTrue();
            }
            remove(copy);
        }
        assertThat(lost[0]).as("set aside").isPositive();
        assertThat(lost[1]).as("chains lost").isPositive();
    }

    private static void verify(
            TestDisk test, ChainId chain, Content expected, String where, int[] lost) {
        Content found = content(test.disk, chain);
        if (test.disk.damage().lostChains().contains(chain)) {
            assertThat(found.replica().exact()).as(where).isFalse();
            assertThat(found.replica().whole()).as(where).isFalse();
            assertThat(found.replica().applied()).as(where).isEqualTo(Position.NONE);
            assertThat(found.index()).as(where).isEmpty();
            lost[1]++;
        } else {
            assertThat(found).as(where).isEqualTo(expected);
        }
    }

    /// It can be written, and what is not believed can be cleared away.
    private static boolean usable(TestDisk test) {
        CompletableFuture<Input> done = new CompletableFuture<>();
        test.disk.chain(new ChainId(99)).write(
                new Effect.Append(update(1, put("new", "value"))), done::complete);
        while (test.disk.tables().read(tx -> test.disk.tables().dropped.count(tx)) > 0) {
            test.write(new Effect.Apply(0));
        }
        return done.join() instanceof Input.Flushed;
    }

    @Test
    void shouldNotBelieveAnIndexThatLacksAKey() throws IOException {
        try (TestDisk test = new TestDisk(whole)) {
            long shelf = test.disk.shelfNumber(TestDisk.CHAIN).orElseThrow();
            change(test, tx -> assertThat(
                    new IndexTree(test.disk.tables().index, null, IndexTree.CHUNK_BYTES)
                            .delete(tx, shelf, Bytes.utf8("key5"))).isTrue());
            assertThatThrownBy(test.chain::verifyIndex).isInstanceOf(StoreException.class)
                    .hasMessageContaining("should hold");
        }
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().lostChains()).containsExactly(TestDisk.CHAIN);
            RecoveredReplica recovered = test.chain.recovered();
            assertThat(recovered.exact()).isFalse();
            assertThat(recovered.whole()).isFalse();
            assertThat(recovered.log()).isEmpty();
            assertThat(recovered.outcomes()).isEmpty();
        }
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().lostChains()).isEmpty();
            assertThat(test.chain.recovered().whole()).isFalse();
        }
    }

    @Test
    void shouldNotBelieveSumsThatTheRecordsDoNotComeTo() throws IOException {
        try (TestDisk test = new TestDisk(whole)) {
            long shelf = test.disk.shelfNumber(TestDisk.CHAIN).orElseThrow();
            change(test, tx -> test.disk.tables().usage.put(tx, Keys.of(shelf, 1),
                    ChainUsage.encode(new Usage(1, 0, 0))));
        }
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().lostChains()).containsExactly(TestDisk.CHAIN);
            assertThat(test.disk.damage().isSetAside()).isFalse();
        }
    }

    /// A change of the rows that the disk's own writer makes, but of which the rest knows nothing.
    private static void change(TestDisk test, java.util.function.Consumer<Tx> change) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        test.disk.submit(new GroupCommit.Job() {
            @Override
            public void perform(Tx tx) {
                change.accept(tx);
            }

            @Override
            public void committed() {
                done.complete(true);
            }

            @Override
            public void failed(String reason) {
                done.completeExceptionally(new AssertionError(reason));
            }
        });
        done.join();
    }

    @Test
    void shouldSetADiskAsideWhoseLogLacksAnUpdate() throws IOException {
        String identity;
        try (TestDisk test = new TestDisk(whole)) {
            identity = test.disk.identity();
            long shelf = test.disk.shelfNumber(TestDisk.CHAIN).orElseThrow();
            change(test, tx -> test.disk.tables().log.delete(tx, Keys.of(shelf, 9)));
        }
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().isSetAside()).isTrue();
            assertThat(test.disk.identity()).isNotEqualTo(identity);
            assertThat(test.disk.chains()).isEmpty();
            assertThat(whole.resolve("aside-1/data.mdb")).exists();
            assertThat(whole.resolve("aside-1/bodies.dat")).exists();
            test.store(1, put("a", "1", test.stage(TestDisk.bytes(10, 1), 1)));
        }
        Files.write(whole.resolve("data.mdb"), new byte[100], StandardOpenOption.WRITE);
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().setAside()).endsWith("aside-2");
        }
    }

    /// LMDB would make the table anew, empty, and nobody would know of the outcomes.
    @Test
    void shouldMissATableWhoseNameWasChanged() throws IOException {
        String file = Files.readString(whole.resolve("data.mdb"), StandardCharsets.ISO_8859_1);
        Files.writeString(whole.resolve("data.mdb"), file.replace("outcomes", "outcomer"),
                StandardCharsets.ISO_8859_1);
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().isSetAside()).isTrue();
        }
    }

    @Test
    void shouldStartEmptyWhenTheFileIsNoneOfLmdb() throws IOException {
        List<byte[]> files = new ArrayList<>(List.of(new byte[0], new byte[10], new byte[8_192]));
        files.add(TestDisk.bytes(20_000, 3));
        for (byte[] bytes : files) {
            Files.write(whole.resolve("data.mdb"), bytes);
            try (TestDisk test = new TestDisk(whole)) {
                assertThat(test.disk.chains()).isEmpty();
                assertThat(test.disk.damage().isSetAside()).isTrue();
            }
        }
    }

    @Test
    void shouldRefuseAFormatThatItDoesNotKnow() {
        byte[] format = "format".getBytes(StandardCharsets.UTF_8);
        try (TestDisk test = new TestDisk(whole)) {
            change(test, tx -> test.disk.tables().meta.put(tx, format, new byte[] {5, 9, 9}));
        }
        assertThatThrownBy(() -> new TestDisk(whole)).isInstanceOf(StoreException.class)
                .hasMessageContaining("format 5, this program reads 4");
        assertThat(whole.resolve("aside-1")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(bytes = {2, 3})
    void shouldTakeADiskOfAFormatBefore(byte former) {
        byte[] format = "format".getBytes(StandardCharsets.UTF_8);
        try (TestDisk test = new TestDisk(whole)) {
            change(test, tx -> test.disk.tables().meta.put(tx, format, new byte[] {former}));
        }
        try (TestDisk test = new TestDisk(whole)) {
            assertThat(test.disk.damage().isSetAside()).isFalse();
            assertThat(test.disk.damage().lostChains()).isEmpty();
            byte[] now = test.disk.tables().read(tx ->
                    test.disk.tables().meta.get(tx, format).orElseThrow());
            assertThat(now).containsExactly(4);
        }
    }

    @Test
    void shouldRefuseTheFormatOfBeforeTheFirstRelease() {
        try (TestDisk test = new TestDisk(whole)) {
            change(test, tx -> test.disk.tables().meta.putRaw(
                    tx, "format".getBytes(StandardCharsets.UTF_8), new byte[] {1}));
        }
        assertThatThrownBy(() -> new TestDisk(whole)).isInstanceOf(StoreException.class)
                .hasMessageContaining("format 1");
    }

    @Test
    void shouldAccountForEveryPageAfterAnyHistory() throws IOException {
        Random random = new Random(11);
        LmdbSettings settings = TestDisk.SETTINGS.withHistory(20, 1 << 20, 20);
        long seq = KEYS + 3;
        for (int life = 0; life < 10; life++) {
            try (TestDisk test = new TestDisk(whole, settings)) {
                assertThat(test.disk.damage().isSetAside()).isFalse();
                assertThat(test.disk.damage().lostChains()).isEmpty();
                for (int i = 0; i < 200; i++) {
                    String key = "k".repeat(1 + random.nextInt(1_200)) + random.nextInt(40);
                    test.append(++seq, random.nextInt(3) == 0 ? delete(key)
                            : put(key, "v".repeat(random.nextInt(12_000))));
                    if (random.nextInt(4) == 0) {
                        test.write(new Effect.Apply(seq - random.nextInt(3)));
                    }
                }
                test.write(new Effect.Apply(seq));
            }
            PageCheck.Found found = PageCheck.check(whole.resolve("data.mdb"));
            assertThat(found.lostPages()).isZero();
        }
    }
}
