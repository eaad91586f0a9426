package io.catena.chain.store.lmdb;

import static io.catena.chain.store.lmdb.TestDisk.delete;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.message.ChainMessage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the records of a scope come to is the sum over what the index holds, at any time.
class LmdbUsageTest {
    private static final long BUCKET = 5;
    private static final long OTHER = 6;

    @TempDir
    private Path directory;
    @TempDir
    private Path otherDirectory;

    private static Mutation.Put counted(String key, long scope, long bytes) {
        return new Mutation.Put(Bytes.utf8(key), Bytes.EMPTY, Bytes.utf8("v"), Optional.empty(),
                false, true, Optional.of(new Charge(scope, 1, 1, bytes)));
    }

    private static Mutation.Put free(String key) {
        return new Mutation.Put(Bytes.utf8(key), Bytes.EMPTY, Bytes.utf8("v"), Optional.empty(),
                false, true);
    }

    private static Usage usage(TestDisk test, long scope) {
        return usage(test, scope, new TreeMap<>());
    }

    private static Usage usage(
            TestDisk test, long scope, SortedMap<Bytes, Effect.Overlay> overlay) {
        return usage(test, Scopes.of(scope), overlay);
    }

    private static Usage usage(
            TestDisk test, Scopes scopes, SortedMap<Bytes, Effect.Overlay> overlay) {
        return ((Input.UsageRead) test.chain.read(
                new Effect.ReadUsage(1, scopes, overlay))).usage();
    }

    private static Map<Long, Usage> rows(TestDisk test) {
        long shelf = test.disk.shelfNumber(TestDisk.CHAIN).orElseThrow();
        return test.disk.tables().read(tx ->
                ChainUsage.all(tx, test.disk.tables().usage, shelf));
    }

    /// Opening walks the index and would not believe one that comes to something else.
    private void reopen(Path at, Map<Long, Usage> expected) {
        try (TestDisk test = new TestDisk(at)) {
            assertThat(test.disk.damage().lostChains()).isEmpty();
            assertThat(rows(test)).isEqualTo(expected);
        }
    }

    @Test
    void shouldSumWhatTheIndexHolds() {
        Map<Long, Usage> expected = Map.of(BUCKET, new Usage(1, 1, 7), OTHER, new Usage(1, 1, 0));
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(usage(test, BUCKET)).isEqualTo(Usage.NONE);
            test.store(1, counted("a", BUCKET, 10), counted("b", BUCKET, 20), free("c"));
            assertThat(usage(test, BUCKET)).isEqualTo(new Usage(2, 2, 30));
            test.store(2, counted("a", BUCKET, 7), delete("b"), delete("none"));
            assertThat(usage(test, BUCKET)).isEqualTo(new Usage(1, 1, 7));
            test.store(3, counted("c", OTHER, 0), counted("d", OTHER, 4));
            test.append(4, free("d"));
            test.append(5, counted("d", BUCKET, 1));
            test.append(6, delete("d"));
            test.write(new Effect.Apply(6));
            assertThat(rows(test)).isEqualTo(expected);
        }
        reopen(directory, expected);
    }

    @Test
    void shouldSumSeveralScopesTogether() {
        try (TestDisk test = new TestDisk(directory)) {
            for (int scope = 0; scope < 10; scope++) {
                test.store(scope + 1, counted("k" + scope, scope, 1 << scope));
            }
            Scopes scopes = new Scopes(List.of(
                    new Scopes.Range(0, 0), new Scopes.Range(2, 4), new Scopes.Range(9, 70)));
            TreeMap<Bytes, Effect.Overlay> overlay = new TreeMap<>();
            assertThat(usage(test, scopes, overlay)).isEqualTo(new Usage(5, 5, 1 + 28 + 512));
            // From a scope outside into one inside, and out of one inside.
            overlay.put(Bytes.utf8("k1"), new Effect.Overlay(
                    Position.of(1, 11), Optional.of(counted("k1", 3, 1_000)
                            .at(Position.of(1, 11)))));
            overlay.put(Bytes.utf8("k2"), new Effect.Overlay(
                    Position.of(1, 12), Optional.of(counted("k2", 5, 5)
                            .at(Position.of(1, 12)))));
            assertThat(usage(test, scopes, overlay))
                    .isEqualTo(new Usage(5, 5, 1 + 24 + 512 + 1_000));
        }
    }

    @Test
    void shouldLeaveNoRowOfAScopeThatIsEmpty() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, counted("a", BUCKET, 10));
            test.store(2, delete("a"));
            assertThat(rows(test)).isEmpty();
        }
    }

    @Test
    void shouldLayWhatIsCommittedAndNotAppliedOverTheSums() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, counted("a", BUCKET, 10), counted("b", BUCKET, 20));
            TreeMap<Bytes, Effect.Overlay> overlay = new TreeMap<>();
            // The index has this already, in its own way.
            overlay.put(Bytes.utf8("b"), new Effect.Overlay(Position.of(1, 1), Optional.empty()));
            overlay.put(Bytes.utf8("a"), new Effect.Overlay(Position.of(1, 2),
                    Optional.of(counted("a", BUCKET, 1).at(Position.of(1, 2)))));
            overlay.put(Bytes.utf8("c"), new Effect.Overlay(Position.of(1, 3),
                    Optional.of(counted("c", OTHER, 3).at(Position.of(1, 3)))));
            assertThat(usage(test, BUCKET, overlay)).isEqualTo(new Usage(2, 2, 21));
            assertThat(usage(test, OTHER, overlay)).isEqualTo(new Usage(1, 1, 3));
            overlay.put(Bytes.utf8("b"), new Effect.Overlay(Position.of(1, 4), Optional.empty()));
            assertThat(usage(test, BUCKET, overlay)).isEqualTo(new Usage(1, 1, 1));
        }
    }

    /// A copy brings records beside live updates, replaces others, takes more away: at its end, and
    /// whenever the process dies meanwhile, the sums are those of what is there.
    @Test
    void shouldSumWhatACopyLeaves() {
        Random random = new Random(3);
        try (TestDisk from = new TestDisk(directory); TestDisk to = new TestDisk(otherDirectory)) {
            for (int i = 1; i <= 1_200; i++) {
                Mutation put = counted("k%04d".formatted(random.nextInt(1_500)),
                        random.nextInt(3), random.nextInt(100));
                from.append(i, put);
                to.append(i, put);
            }
            from.write(new Effect.Apply(1_200));
            to.write(new Effect.Apply(500));
            to.write(new Effect.BeginJoin());
            to.write(new Effect.StartCopy(Position.of(1, 1_200)));
            copyChunk(from, to, 1, Bytes.EMPTY);
            for (int i = 1_201; i <= 1_250; i++) {
                String key = "k%04d".formatted(random.nextInt(1_500));
                Mutation live = random.nextBoolean() ? delete(key) : counted(key, 1, i);
                from.store(i, live);
                to.store(i, live);
            }
        }
        try (TestDisk from = new TestDisk(directory); TestDisk to = new TestDisk(otherDirectory)) {
            assertThat(to.disk.damage().lostChains()).isEmpty();
            to.write(new Effect.BeginJoin());
            to.write(new Effect.StartCopy(Position.of(1, 1_250)));
            Bytes after = Bytes.EMPTY;
            boolean last = false;
            for (int number = 1; !last; number++) {
                var chunk = copyChunk(from, to, number, after);
                after = chunk.through();
                last = chunk.last();
            }
            to.write(new Effect.EndCopy());
            assertThat(rows(to)).isEqualTo(rows(from)).hasSize(3);
        }
        try (TestDisk from = new TestDisk(directory)) {
            reopen(otherDirectory, rows(from));
        }
    }

    private static ChainMessage.CopyChunk copyChunk(
            TestDisk from, TestDisk to, long number, Bytes after) {
        var chunk = ((Input.ChunkRead) from.chain.read(
                new Effect.ReadChunk(number, after))).chunk();
        to.write(new Effect.StoreChunk(chunk));
        return chunk;
    }

    @Test
    void shouldForgetTheSumsOfADroppedChain() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, counted("a", BUCKET, 10));
            CompletableFuture<Input> dropped = new CompletableFuture<>();
            test.chain.drop(dropped::complete);
            dropped.join();
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(usage(test, BUCKET)).isEqualTo(Usage.NONE);
            while (test.disk.tables().read(tx -> test.disk.tables().dropped.count(tx)) > 0) {
                test.write(new Effect.Apply(0));
            }
            long rows = test.disk.tables().read(tx -> test.disk.tables().usage.count(tx));
            assertThat(rows).isZero();
        }
    }
}
