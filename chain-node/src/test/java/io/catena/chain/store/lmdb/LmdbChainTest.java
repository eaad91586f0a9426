package io.catena.chain.store.lmdb;

import static io.catena.chain.store.lmdb.TestDisk.delete;
import static io.catena.chain.store.lmdb.TestDisk.put;
import static io.catena.chain.store.lmdb.TestDisk.putReferring;
import static io.catena.chain.store.lmdb.TestDisk.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.wire.GarbageWire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmdbChainTest {
    @TempDir
    private Path directory;

    @Test
    void shouldBeEmptyAtFirst() {
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.chain.recovered().applied()).isEqualTo(Position.NONE);
            assertThat(test.chain.recovered().logFloorSeq()).isEqualTo(1);
            assertThat(test.disk.chains()).isEmpty();
        }
    }

    /// As a disk that failed is given up, and opened again in the same process.
    @Test
    void shouldAnswerEveryWriteWithTheFailureAndOpenAgain() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, put("a", "1"));
            test.disk.probe();
            test.disk.fail("it smokes");
            assertThat(test.disk.failure()).contains("it smokes");
            assertThat(test.write(new Effect.Append(update(2, put("b", "2")))))
                    .isEqualTo(new Input.DiskFailed("it smokes"));
            test.disk.fail("it burns");
            assertThat(test.disk.failure()).as("the first reason").contains("it smokes");
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.disk.failure()).isEmpty();
            assertThat(test.value("a")).contains("1");
            test.store(2, put("b", "2"));
            assertThat(test.value("b")).contains("2");
        }
    }

    @Test
    void shouldRecoverIndexLogAndOutcomes() {
        String identity;
        try (TestDisk test = new TestDisk(directory)) {
            identity = test.disk.identity();
            test.append(1, put("a", "1"));
            test.append(2, put("b", "2"));
            assertThat(test.write(new Effect.Append(update(3, delete("a")))))
                    .isEqualTo(new Input.Flushed(3));
            assertThat(test.write(new Effect.Apply(2))).isEqualTo(new Input.Applied(2));
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.disk.identity()).isEqualTo(identity);
            assertThat(test.disk.chains()).containsExactly(TestDisk.CHAIN);
            var recovered = test.chain.recovered();
            assertThat(recovered.applied()).isEqualTo(Position.of(1, 2));
            assertThat(recovered.log()).containsExactly(update(3, delete("a")));
            assertThat(recovered.outcomes()).containsExactly(
                    new ChainMessage.Outcome(new RequestId(3, 1), Position.of(1, 1)),
                    new ChainMessage.Outcome(new RequestId(3, 2), Position.of(1, 2)));
            assertThat(recovered.exact()).isTrue();
            assertThat(recovered.whole()).isTrue();
            assertThat(test.value("a")).contains("1");
            test.write(new Effect.Apply(3));
            assertThat(test.value("a")).isEmpty();
            assertThat(test.value("b")).contains("2");
        }
    }

    @Test
    void shouldLetOneProcessOnly() {
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.disk.chains()).isEmpty();
            assertThatThrownBy(() -> new TestDisk(directory))
                    .isInstanceOf(StoreException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void shouldAnswerWritesThatComeAfterTheDiskWasClosed() {
        List<Input> answers = new ArrayList<>();
        try (TestDisk test = new TestDisk(directory)) {
            test.disk.close();
            test.chain.write(new Effect.Append(update(1, put("a", "1"))), answers::add);
        }
        assertThat(answers).singleElement().isInstanceOf(Input.DiskFailed.class);
    }

    @Test
    void shouldFailEveryWriteAfterAFailedOne() {
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.write(new Effect.Append(update(2, put("a", "1")))))
                    .isInstanceOf(Input.DiskFailed.class);
            assertThat(test.write(new Effect.Append(update(1, put("a", "1")))))
                    .isInstanceOf(Input.DiskFailed.class);
        }
    }

    @Test
    void shouldLookUpKeysAndPrefixes() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, put("aa", "1"), put("ab", "2"));
            Input.LookedUp found = (Input.LookedUp) test.chain.read(new Effect.Lookup(5,
                    List.of(Bytes.utf8("aa"), Bytes.utf8("x")),
                    List.of(Bytes.utf8("a"), Bytes.utf8("ac"), Bytes.EMPTY)));
            assertThat(found.ticket()).isEqualTo(5);
            assertThat(found.applied()).isEqualTo(1);
            assertThat(found.versions().get(0).orElseThrow().position())
                    .isEqualTo(Position.of(1, 1));
            assertThat(found.versions().get(1)).isEmpty();
            assertThat(found.prefixesHold()).containsExactly(true, false, true);
        }
    }

    @Test
    void shouldKeepWhatReplacedVersionsReferTo() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, putReferring("a", "blocks"));
            test.store(2, put("b", "x"), put("a", "new"));
            Input.Scanned page = scan(test, ScanRange.all(GarbageWire.PREFIX, Bytes.EMPTY, 10));
            ScanEntry.Item item = (ScanEntry.Item) page.entries().getFirst();
            assertThat(page.entries()).hasSize(1);
            assertThat(item.key()).isEqualTo(GarbageWire.recordKey(2, 1));
            assertThat(GarbageWire.decode(item.version().value()))
                    .isEqualTo(new GarbageWire(Bytes.utf8("a"), Bytes.utf8("blocks")));
        }
    }

    private static Input.Scanned scan(TestDisk test, ScanRange range) {
        return (Input.Scanned) test.chain.read(new Effect.ScanIndex(1, range, new TreeMap<>()));
    }

    @Test
    void shouldKeepBoundedHistory() {
        LmdbSettings settings = TestDisk.SETTINGS.withHistory(10, 1 << 20, 20);
        try (TestDisk test = new TestDisk(directory, settings)) {
            for (int seq = 1; seq <= 50; seq++) {
                test.append(seq, put("k" + seq, "v"));
            }
            test.write(new Effect.Apply(40));
            assertThat(log(test, 30)).isEmpty();
            assertThat(log(test, 31)).hasSize(20);
            assertThat(log(test, 50)).hasSize(1);
            assertThat(log(test, 51)).isEmpty();
        }
        try (TestDisk test = new TestDisk(directory, settings)) {
            assertThat(test.chain.recovered().logFloorSeq()).isEqualTo(31);
            assertThat(test.chain.recovered().log()).hasSize(10);
            assertThat(test.chain.recovered().outcomes()).hasSize(20);
        }
    }

    private static List<Update> log(TestDisk test, long fromSeq) {
        return ((Input.LogRead) test.chain.read(new Effect.ReadLog(fromSeq))).updates();
    }

    @Test
    void shouldBeginToJoinWithoutTheUncommitted() {
        try (TestDisk test = new TestDisk(directory)) {
            test.store(1, put("a", "1"));
            test.append(2, put("a", "2"));
            assertThat(test.write(new Effect.BeginJoin())).isEqualTo(new Input.JoinBegun());
            test.store(2, put("a", "other"));
            assertThat(test.value("a")).contains("other");
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.chain.recovered().whole()).isFalse();
            test.write(new Effect.MarkWhole());
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.chain.recovered().whole()).isTrue();
        }
    }

    @Test
    void shouldCopyFromAnotherDisk(@TempDir Path otherDirectory) {
        try (TestDisk from = new TestDisk(directory); TestDisk to = new TestDisk(otherDirectory)) {
            List<BodyRef> refs = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                BodyRef ref = from.stage(TestDisk.bytes(100, i), i);
                refs.add(ref);
                from.append(i + 1, put("k%04d".formatted(i), "v" + i, ref));
            }
            from.write(new Effect.Apply(1_500));
            to.store(1, put("stale", "x"), put("k0001", "old"));
            to.write(new Effect.BeginJoin());
            to.write(new Effect.StartCopy(Position.of(1, 1_500)));
            // Live updates that come before their ranges.
            to.store(1_501, delete("k0002"), put("k0003", "live"));
            for (BodyRef ref : refs.subList(1, refs.size())) {
                to.stage(from.body(ref).orElseThrow(), ref.id().low());
            }
            copyChunks(from, to);
            CompletableFuture<Input> ended = to.submit(new Effect.EndCopy());
            assertThat(to.disk.bodies().missing(TestDisk.CHAIN, 10)).containsExactly(refs.get(0));
            assertThat(ended).isNotDone();
            to.stage(from.body(refs.get(0)).orElseThrow(), refs.get(0).id().low());
            assertThat(ended.join()).isEqualTo(new Input.CopyEnded());
            assertThat(to.value("stale")).isEmpty();
            assertThat(to.value("k0002")).isEmpty();
            assertThat(to.value("k0003")).contains("live");
            assertThat(to.value("k0001")).contains("v1");
            assertThat(to.body(refs.get(0)).orElseThrow()).isEqualTo(TestDisk.bytes(100, 0));
            assertThat(to.body(refs.get(1_499)).orElseThrow())
                    .isEqualTo(TestDisk.bytes(100, 1_499));
            assertThat(to.disk.bodies().missing(TestDisk.CHAIN, 10)).isEmpty();
            DiskChecks.check(to.disk);
            from.store(1_501, delete("k0002"), put("k0003", "live"));
            assertThat(to.chain.digestSeq()).hasValue(1_501);
            assertThat(to.chain.digest(1_501)).isPresent()
                    .isEqualTo(from.chain.digest(1_501)).isNotEqualTo(from.chain.digest(1_500));
            assertThat(to.chain.verifyIndex()).isEqualTo(from.chain.verifyIndex());
        }
        try (TestDisk to = new TestDisk(otherDirectory)) {
            assertThat(to.chain.recovered().exact()).isTrue();
            assertThat(to.chain.recovered().applied()).isEqualTo(Position.of(1, 1_501));
            DiskChecks.check(to.disk);
        }
    }

    private static void copyChunks(TestDisk from, TestDisk to) {
        Bytes after = Bytes.EMPTY;
        boolean last = false;
        for (int number = 1; !last; number++) {
            ChainMessage.CopyChunk chunk = ((Input.ChunkRead) from.chain.read(
                    new Effect.ReadChunk(number, after))).chunk();
            assertThat(chunk.after()).isEqualTo(after);
            assertThat(chunk.items().size()).isLessThanOrEqualTo(ChainReader.CHUNK_RECORDS);
            assertThat(to.write(new Effect.StoreChunk(chunk)))
                    .isEqualTo(new Input.ChunkStored(number));
            after = chunk.through();
            last = chunk.last();
        }
    }

    @Test
    void shouldNotTakeItsOwnWorkForGarbageWhileCopying() {
        try (TestDisk test = new TestDisk(directory)) {
            test.write(new Effect.BeginJoin());
            test.write(new Effect.StartCopy(Position.of(1, 9)));
            Version live = putReferring("a", "blocks").at(Position.of(1, 10));
            test.write(new Effect.StoreChunk(new ChainMessage.CopyChunk(1, Bytes.EMPTY,
                    Bytes.EMPTY, true, 10, List.of(new ScanEntry.Item(Bytes.utf8("a"), live)))));
            test.store(10, putReferring("a", "blocks"));
            test.write(new Effect.EndCopy());
            assertThat(test.value("a")).contains("blocks");
            assertThat(scan(test, ScanRange.all(GarbageWire.PREFIX, Bytes.EMPTY, 10)).entries())
                    .isEmpty();
        }
    }

    @Test
    void shouldForgetADroppedChain() {
        BodyRef ref;
        try (TestDisk test = new TestDisk(directory)) {
            ref = test.stage(TestDisk.bytes(5_000, 1), 1);
            test.store(1, put("a", "1", ref));
            CompletableFuture<Input> dropped = new CompletableFuture<>();
            test.chain.drop(dropped::complete);
            dropped.join();
            assertThat(test.disk.chains()).isEmpty();
            assertThat(test.disk.chain(TestDisk.CHAIN).recovered().applied())
                    .isEqualTo(Position.NONE);
            assertThat(test.body(ref)).isEmpty();
        }
        try (TestDisk test = new TestDisk(directory)) {
            assertThat(test.disk.chains()).isEmpty();
            test.store(1, put("b", "1"));
            assertThat(test.value("a")).isEmpty();
            assertThat(DiskChecks.check(test.disk)).isZero();
        }
    }
}
