package io.catena.client.object;

import static io.catena.client.object.StorageFixture.bytes;
import static io.catena.client.object.StorageFixture.complete;
import static io.catena.client.object.StorageFixture.kindOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainObjectStorageTest {
    private static final int BLOCK = StorageFixture.BLOCK;

    private final StorageFixture test = new StorageFixture();

    @AfterEach
    void close() {
        test.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2_000, 2_001, 65_536, BLOCK, BLOCK + 1, 5 * BLOCK, 9 * BLOCK + 77})
    void shouldReadBackAnyRangeOfAnySize(int length) {
        byte[] bytes = bytes(length);
        StoredObject put = test.put("key", bytes);
        StoredObject found = test.find("key").orElseThrow();
        assertThat(found).isEqualTo(put);
        assertThat(found.sizeBytes()).isEqualTo(length);
        assertThat(found.attributes()).isEqualTo(StorageFixture.attributes("etag-" + length));
        assertThat(test.read(found, 0, length)).isEqualTo(bytes);
        Random random = new Random(1);
        for (int i = 0; i < 20 && length > 0; i++) {
            int from = random.nextInt(length);
            int to = random.nextInt(from, length) + 1;
            assertThat(test.read(found, from, to - from))
                    .isEqualTo(Arrays.copyOfRange(bytes, from, to));
        }
        assertThat(test.chains.readsInFlightMost)
                .isLessThanOrEqualTo(StorageFixture.SETTINGS.readAheadChunks());
    }

    @Test
    void shouldGiveBackEverythingThatWasReplaced() {
        byte[] large = bytes(5 * BLOCK);
        for (int i = 0; i < 3; i++) {
            test.put("key", large);
            test.put("key", bytes(3_000));
            test.put("key", large);
        }
        assertThat(test.chains.count('z')).isPositive();
        test.tidyUp();
        assertThat(test.chains.count('z')).isZero();
        assertThat(test.chains.count('b')).isEqualTo(5);
        assertThat(test.read(test.find("key").orElseThrow(), 0, large.length)).isEqualTo(large);
        test.await(() -> test.storage.delete(test.bucket, Bytes.utf8("key"), Optional.empty()));
        test.tidyUp();
        assertThat(test.chains.namedBodies()).isZero();
        assertThat(test.find("key")).isEmpty();
    }

    private Usage usage(ReadLevel level) {
        return test.await(() -> test.storage.usage(test.bucket, level));
    }

    @Test
    void shouldCountObjectsOverAllShards() {
        assertThat(usage(ReadLevel.STRONG)).isEqualTo(Usage.NONE);
        long sum = 0;
        for (int i = 0; i < 20; i++) {
            test.put("key" + i, bytes(100 * i));
            sum += 100 * i;
        }
        assertThat(usage(ReadLevel.STRONG)).isEqualTo(new Usage(20, 20, sum));
        test.put("key1", bytes(5 * BLOCK));
        test.await(() -> test.storage.delete(test.bucket, Bytes.utf8("key2"), Optional.empty()));
        assertThat(usage(ReadLevel.STRONG))
                .isEqualTo(new Usage(19, 19, sum + 5 * BLOCK - 100 - 200));
        ReadLevel eventual = new ReadLevel.Eventual();
        usage(eventual);
        assertThat(test.chains.levels).endsWith(eventual, eventual);
    }

    @Test
    void shouldCountAnUploadWhenItIsAnObject() {
        Upload upload = test.createUpload("key");
        test.putPart(upload, 1, bytes(3_000));
        test.putPart(upload, 2, bytes(10));
        assertThat(usage(ReadLevel.STRONG)).isEqualTo(Usage.NONE);
        test.await(() -> test.storage.completeUpload(test.bucket, upload,
                List.of(new ObjectStorage.PartChoice(1, "p1"),
                        new ObjectStorage.PartChoice(2, "p2")),
                _ -> StorageFixture.attributes("made"), PutCondition.NONE));
        assertThat(usage(ReadLevel.STRONG)).isEqualTo(new Usage(1, 1, 3_010));
    }

    @Test
    void shouldPutABlockOnAnotherChainWhenOneFails() {
        test.chains.breaksAfterChunks.put(new ChainId(3), 1);
        test.chains.broken.add(new ChainId(4));
        byte[] large = bytes(12 * BLOCK + 5);
        StoredObject put = test.put("key", large);
        assertThat(test.chains.broken).contains(new ChainId(3));
        assertThat(((Location.Blocks) put.content()).blocks()).hasSize(13);
        test.chains.broken.clear();
        assertThat(test.read(put, 0, large.length)).isEqualTo(large);
    }

    @Test
    void shouldLeaveNothingBehindWhenAPutFails() {
        assertThatThrownBy(() -> test.put("key", bytes(9 * BLOCK), "other",
                new PutCondition.IfMatch(Optional.of("nothing"))))
                .isInstanceOf(StorageException.class);
        TestStreams.Body broken = new TestStreams.Body(test.vertx, bytes(9 * BLOCK));
        broken.failsAt = 4 * BLOCK;
        assertThatThrownBy(() -> test.await(() -> test.storage.put(test.bucket,
                Bytes.utf8("key"), 9L * BLOCK, broken, complete("e", 9L * BLOCK),
                PutCondition.NONE))).hasMessageContaining("the client is gone");
        assertThatThrownBy(() -> test.await(() -> test.storage.put(test.bucket,
                Bytes.utf8("key"), 3L * BLOCK, new TestStreams.Body(test.vertx, bytes(3 * BLOCK)),
                _ -> {
                    throw new IllegalArgumentException("bad digest");
                }, PutCondition.NONE))).hasMessage("bad digest");
        test.await(() -> test.vertx.timer(200));
        assertThat(test.chains.count('b')).isZero();
        assertThat(test.find("key")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 2 * BLOCK, 30_000})
    void shouldRefuseABodyOfAnotherLength(int length) {
        for (int given : new int[] {length - 1, length + 1}) {
            assertThatThrownBy(() -> test.await(() -> test.storage.put(test.bucket,
                    Bytes.utf8("key"), length, new TestStreams.Body(test.vertx, bytes(given)),
                    complete("e", length), PutCondition.NONE)))
                    .isInstanceOf(StorageException.class).hasMessageContaining("of " + length);
        }
        assertThat(test.find("key")).isEmpty();
    }

    @Test
    void shouldTakeNoMoreFromTheClientThanFits() {
        test.chains.broken.addAll(test.chains.records.keySet());
        TestStreams.Body body = new TestStreams.Body(test.vertx, bytes(50 * BLOCK));
        assertThatThrownBy(() -> test.await(() -> test.storage.put(test.bucket,
                Bytes.utf8("key"), 50L * BLOCK, body, complete("e", 50L * BLOCK),
                PutCondition.NONE))).isInstanceOf(StorageException.class);
        assertThat(body.givenBytes()).isLessThan(4 * BLOCK);
    }

    @Test
    void shouldStopReadingWhenTheClientIsGone() {
        StoredObject put = test.put("key", bytes(9 * BLOCK));
        TestStreams.Out out = new TestStreams.Out(test.vertx);
        out.failsAt = 2 * BLOCK;
        assertThatThrownBy(() -> test.await(() ->
                test.storage.read(test.bucket, put, 0, 9L * BLOCK, out)))
                .hasMessageContaining("the client is gone");
        assertThat(out.taken.length()).isLessThan(4 * BLOCK);
    }

    @Test
    void shouldJudgeConditions() {
        assertThat(kindOf(() -> test.put("k", bytes(1), "a", new PutCondition.IfMatch(
                Optional.empty())))).isEqualTo(StorageException.Kind.NO_SUCH_KEY);
        test.put("k", bytes(1), "a", new PutCondition.IfAbsent());
        assertThat(kindOf(() -> test.put("k", bytes(1), "b", new PutCondition.IfAbsent())))
                .isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        assertThat(kindOf(() -> test.put("k", bytes(1), "b", new PutCondition.IfMatch(
                Optional.of("x"))))).isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        test.put("k", bytes(1), "b", new PutCondition.IfMatch(Optional.of("a")));
        test.put("k", bytes(1), "c", new PutCondition.IfMatch(Optional.empty()));
        assertThat(kindOf(() -> test.await(() -> test.storage.delete(
                test.bucket, Bytes.utf8("k"), Optional.of("b")))))
                .isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        test.await(() -> test.storage.delete(test.bucket, Bytes.utf8("k"), Optional.of("c")));
        assertThat(test.find("k")).isEmpty();
        test.await(() -> test.storage.delete(test.bucket, Bytes.utf8("k"), Optional.empty()));
    }

    @Test
    void shouldLetOneOfManyConditionalPutsWin() {
        List<CompletableFuture<StoredObject>> puts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] bytes = bytes(i % 2 == 0 ? 100 : 2 * BLOCK);
            String etag = "e" + i;
            puts.add(test.start(() -> test.storage.put(test.bucket, Bytes.utf8("k"), bytes.length,
                    new TestStreams.Body(test.vertx, bytes), complete(etag, bytes.length),
                    new PutCondition.IfAbsent())));
        }
        List<StoredObject> won = new ArrayList<>();
        puts.forEach(put -> put.handle((object, _) -> object == null || won.add(object)).join());
        assertThat(won).hasSize(1);
        assertThat(test.find("k")).contains(won.getFirst());
        test.await(() -> test.vertx.timer(200));
        assertThat(test.chains.count('b')).isIn(0L, 2L);
    }

    @Test
    void shouldOpenAndCloseBuckets() {
        assertThat(test.storage.bucket("bucket")).contains(test.bucket);
        assertThat(kindOf(() -> test.await(() -> test.storage.createBucket("bucket", "x"))))
                .isEqualTo(StorageException.Kind.BUCKET_EXISTS);
        test.put("k", bytes(1));
        assertThat(kindOf(() -> test.await(() -> test.storage.deleteBucket(test.bucket))))
                .isEqualTo(StorageException.Kind.BUCKET_NOT_EMPTY);
        test.put("l", bytes(1));
        test.put("m", bytes(1));
        for (String key : List.of("k", "l", "m")) {
            test.await(() -> test.storage.delete(
                    test.bucket, Bytes.utf8(key), Optional.empty()));
        }
        Upload upload = test.createUpload("k");
        assertThat(kindOf(() -> test.await(() -> test.storage.deleteBucket(test.bucket))))
                .isEqualTo(StorageException.Kind.BUCKET_NOT_EMPTY);
        test.await(() -> test.storage.abortUpload(test.bucket, upload));
        test.await(() -> test.storage.deleteBucket(test.bucket));
        assertThat(test.storage.bucket("bucket")).isEmpty();
        assertThat(kindOf(() -> test.put("k", bytes(1))))
                .isEqualTo(StorageException.Kind.NO_SUCH_BUCKET);
        assertThat(kindOf(() -> test.createUpload("k")))
                .isEqualTo(StorageException.Kind.NO_SUCH_BUCKET);
    }

    @Test
    void shouldFinishAHalfMadeBucket() {
        test.chains.broken.add(new ChainId(2));
        assertThat(kindOf(() -> test.await(() -> test.storage.createBucket("half", "x"))))
                .isEqualTo(StorageException.Kind.UNAVAILABLE);
        assertThat(test.storage.bucket("half")).isEmpty();
        assertThat(test.storage.buckets()).hasSize(1);
        test.chains.broken.clear();
        test.await(() -> test.storage.createBucket("half", "x"));
        assertThat(test.storage.bucket("half")).isPresent();
    }

    @Test
    void shouldNotGiveAwayABucketThatAnotherUserHasHalfMade() {
        test.chains.broken.add(new ChainId(2));
        assertThat(kindOf(() -> test.await(() -> test.storage.createBucket("half", "x"))))
                .isEqualTo(StorageException.Kind.UNAVAILABLE);
        test.chains.broken.clear();
        assertThat(kindOf(() -> test.await(() -> test.storage.createBucket("half", "y"))))
                .isEqualTo(StorageException.Kind.BUCKET_EXISTS);
        assertThat(test.storage.bucket("half").orElseThrow().ownerId()).isEqualTo("x");
    }
}
