package io.catena.client.object;

import static io.catena.client.object.StorageFixture.bytes;
import static io.catena.client.object.StorageFixture.complete;
import static io.catena.client.object.StorageFixture.kindOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionsTest {
    private static final int BLOCK = StorageFixture.BLOCK;
    private static final Bytes KEY = Bytes.utf8("key");

    private final StorageFixture test = new StorageFixture();

    @AfterEach
    void close() {
        test.close();
    }

    private BucketRecord bucket() {
        return test.storage.bucket("bucket").orElseThrow();
    }

    private void keep(BucketVersioning versioning) {
        test.await(() -> test.storage.setVersioning(bucket(), versioning));
        assertThat(bucket().versioning()).isEqualTo(versioning);
    }

    private VersionId put(String key, int length) {
        return test.put(key, bytes(length)).versionId().orElseThrow();
    }

    private Deletion delete(String key) {
        return test.await(() ->
                test.storage.delete(bucket(), Bytes.utf8(key), Optional.empty()));
    }

    private Deletion delete(String key, VersionId version) {
        return test.await(() -> test.storage.deleteVersion(
                bucket(), Bytes.utf8(key), version, Optional.empty()));
    }

    private KeyContent lookUp(String key, Optional<VersionId> version) {
        return test.await(() -> test.storage.lookUp(
                bucket(), Bytes.utf8(key), version, ReadLevel.STRONG));
    }

    private StoredObject held(String key, VersionId version) {
        return ((KeyContent.Held) lookUp(key, Optional.of(version))).object();
    }

    private void assertHolds(String key, VersionId version, int length) {
        StoredObject object = held(key, version);
        assertThat(test.read(object, 0, length)).isEqualTo(bytes(length));
    }

    private VersionListing list(VersionsRequest request) {
        return test.await(() -> test.storage.listVersions(bucket(), request, ReadLevel.STRONG));
    }

    private static VersionsRequest all(int most) {
        return new VersionsRequest(
                Bytes.EMPTY, Bytes.EMPTY, Optional.empty(), Bytes.EMPTY, most);
    }

    /// `key:version:length`, `key:version:gone`, with `*` on the latest; or the prefix.
    private static String line(VersionListing.Entry entry) {
        return switch (entry) {
            case VersionListing.VersionEntry one -> one.key().toUtf8() + ":" + one.versionId()
                    + ":" + one.sizeBytes() + (one.isLatest() ? "*" : "");
            case VersionListing.MarkerEntry one -> one.key().toUtf8() + ":" + one.versionId()
                    + ":gone" + (one.isLatest() ? "*" : "");
            case VersionListing.PrefixEntry one -> one.key().toUtf8();
        };
    }

    private List<String> lines() {
        return list(all(1_000)).entries().stream().map(VersionsTest::line).toList();
    }

    private Usage usage() {
        return test.await(() -> test.storage.usage(bucket(), ReadLevel.STRONG));
    }

    @Test
    void shouldKeepEveryVersion() {
        keep(BucketVersioning.ENABLED);
        int[] lengths = {0, 100, 5_000, BLOCK, 3 * BLOCK + 5};
        List<VersionId> ids = new ArrayList<>();
        for (int length : lengths) {
            ids.add(put("key", length));
        }
        for (int i = 0; i < lengths.length; i++) {
            assertHolds("key", ids.get(i), lengths[i]);
        }
        assertThat(test.find("key").orElseThrow().versionId()).contains(ids.getLast());
        assertThat(lines()).containsExactly(
                "key:" + ids.get(4) + ":" + lengths[4] + "*", "key:" + ids.get(3) + ":" + BLOCK,
                "key:" + ids.get(2) + ":5000", "key:" + ids.get(1) + ":100",
                "key:" + ids.get(0) + ":0");
        long sum = 100 + 5_000 + BLOCK + 3 * BLOCK + 5;
        assertThat(usage()).isEqualTo(new Usage(1, 5, sum));
    }

    @Test
    void shouldPutADeleteMarkerAndTakeItAwayAgain() {
        keep(BucketVersioning.ENABLED);
        VersionId first = put("key", 5_000);
        Deletion marker = delete("key");
        assertThat(marker.isMarker()).isTrue();
        VersionId gone = marker.versionId().orElseThrow();
        assertThat(test.find("key")).isEmpty();
        assertThat(lookUp("key", Optional.empty()))
                .isEqualTo(new KeyContent.Marked(gone, test.nowMillis));
        assertThat(lookUp("key", Optional.of(gone)))
                .isEqualTo(new KeyContent.Marked(gone, test.nowMillis));
        assertHolds("key", first, 5_000);
        assertThat(lines()).containsExactly("key:" + gone + ":gone*", "key:" + first + ":5000");
        assertThat(usage()).isEqualTo(new Usage(0, 1, 5_000));
        assertThat(delete("key", gone)).isEqualTo(new Deletion(Optional.of(gone), true));
        assertThat(test.find("key").orElseThrow().versionId()).contains(first);
        assertThat(lines()).containsExactly("key:" + first + ":5000*");
        assertThat(usage()).isEqualTo(new Usage(1, 1, 5_000));
    }

    @Test
    void shouldMarkAKeyThatNeverWas() {
        keep(BucketVersioning.ENABLED);
        VersionId one = delete("key").versionId().orElseThrow();
        VersionId two = delete("key").versionId().orElseThrow();
        assertThat(lines()).containsExactly("key:" + two + ":gone*", "key:" + one + ":gone");
        assertThat(kindOf(() -> test.await(() -> test.storage.deleteBucket(bucket()))))
                .isEqualTo(StorageException.Kind.BUCKET_NOT_EMPTY);
        delete("key", one);
        delete("key", two);
        assertThat(lines()).isEmpty();
        assertThat(test.chains.count('h')).isZero();
        test.await(() -> test.storage.deleteBucket(bucket()));
        assertThat(test.chains.count('w')).isZero();
    }

    @Test
    void shouldGiveBackWhatDeletedVersionsReferredTo() {
        keep(BucketVersioning.ENABLED);
        List<VersionId> ids = new ArrayList<>();
        for (int length : new int[] {5_000, 3 * BLOCK, 4 * BLOCK, 7_000}) {
            ids.add(put("key", length));
        }
        test.tidyUp();
        assertThat(test.chains.count('b')).isEqualTo(7);
        // The latest one, one in the middle, and the oldest.
        delete("key", ids.get(3));
        delete("key", ids.get(1));
        delete("key", ids.get(0));
        test.tidyUp();
        assertThat(test.chains.count('b')).isEqualTo(4);
        assertThat(test.read(test.find("key").orElseThrow(), 0, 4 * BLOCK))
                .isEqualTo(bytes(4 * BLOCK));
        delete("key", ids.get(2));
        test.tidyUp();
        assertThat(test.chains.namedBodies()).isZero();
        assertThat(test.chains.bodies).isEmpty();
        assertThat(usage()).isEqualTo(Usage.NONE);
        assertThat(test.chains.count('v') + test.chains.count('o') + test.chains.count('h'))
                .isZero();
    }

    @Test
    void shouldTakeAnEarlierObjectForTheNullVersion() {
        test.put("key", bytes(5_000));
        test.put("other", bytes(3 * BLOCK));
        keep(BucketVersioning.ENABLED);
        assertHolds("key", VersionId.NULL, 5_000);
        assertThat(lines()).containsExactly("key:null:5000*", "other:null:" + 3 * BLOCK + "*");
        VersionId next = put("key", 10);
        VersionId marker = delete("other").versionId().orElseThrow();
        test.tidyUp();
        assertHolds("key", VersionId.NULL, 5_000);
        assertHolds("other", VersionId.NULL, 3 * BLOCK);
        assertThat(lines()).containsExactly("key:" + next + ":10*", "key:null:5000",
                "other:" + marker + ":gone*", "other:null:" + 3 * BLOCK);
        assertThat(usage()).isEqualTo(new Usage(1, 3, 10 + 5_000 + 3 * BLOCK));
        delete("key", next);
        assertThat(test.read(test.find("key").orElseThrow(), 0, 5_000)).isEqualTo(bytes(5_000));
        delete("key", VersionId.NULL);
        assertThat(test.find("key")).isEmpty();
        delete("other", VersionId.NULL);
        test.tidyUp();
        assertThat(test.chains.bodies).isEmpty();
        assertThat(lines()).containsExactly("other:" + marker + ":gone*");
    }

    @Test
    void shouldReplaceTheNullVersionWhileSuspended() {
        keep(BucketVersioning.ENABLED);
        VersionId kept = put("key", 100);
        keep(BucketVersioning.SUSPENDED);
        assertThat(put("key", 5_000)).isEqualTo(VersionId.NULL);
        assertThat(put("key", 3 * BLOCK)).isEqualTo(VersionId.NULL);
        assertThat(lines()).containsExactly("key:null:" + 3 * BLOCK + "*", "key:" + kept + ":100");
        assertThat(delete("key")).isEqualTo(new Deletion(Optional.of(VersionId.NULL), true));
        assertThat(delete("key")).isEqualTo(new Deletion(Optional.of(VersionId.NULL), true));
        assertThat(lines()).containsExactly("key:null:gone*", "key:" + kept + ":100");
        test.tidyUp();
        assertThat(test.chains.bodies).isEmpty();
        keep(BucketVersioning.ENABLED);
        VersionId later = put("key", 7);
        assertThat(lines()).containsExactly(
                "key:" + later + ":7*", "key:null:gone", "key:" + kept + ":100");
        assertThat(delete("key", VersionId.NULL).isMarker()).isTrue();
        assertThat(lines()).containsExactly("key:" + later + ":7*", "key:" + kept + ":100");
    }

    @Test
    void shouldReplaceAnEarlierObjectWhileSuspended() {
        test.put("key", bytes(3 * BLOCK));
        keep(BucketVersioning.SUSPENDED);
        assertThat(put("key", 10)).isEqualTo(VersionId.NULL);
        test.tidyUp();
        assertThat(test.chains.count('b')).isZero();
        assertThat(lines()).containsExactly("key:null:10*");
        assertThat(usage()).isEqualTo(new Usage(1, 1, 10));
    }

    @Test
    void shouldNotFindWhatIsNoVersion() {
        test.put("key", bytes(10));
        VersionId none = new VersionId(1, 5);
        assertThat(lookUp("key", Optional.of(none))).isEqualTo(new KeyContent.Nothing());
        assertThat(delete("key", none)).isEqualTo(new Deletion(Optional.of(none), false));
        keep(BucketVersioning.ENABLED);
        VersionId one = put("key", 20);
        assertThat(lookUp("key", Optional.of(new VersionId(one.number(), one.token() + 1))))
                .isEqualTo(new KeyContent.Nothing());
        assertThat(lookUp("other", Optional.of(one))).isEqualTo(new KeyContent.Nothing());
        assertThat(lookUp("other", Optional.of(VersionId.NULL)))
                .isEqualTo(new KeyContent.Nothing());
        delete("key", new VersionId(one.number(), one.token() + 1));
        assertThat(lines()).hasSize(2);
    }

    @Test
    void shouldJudgeConditionsByTheLatestVersion() {
        keep(BucketVersioning.ENABLED);
        test.put("key", bytes(1), "one", PutCondition.NONE);
        test.put("key", bytes(2), "two", PutCondition.NONE);
        PutCondition absent = new PutCondition.IfAbsent();
        PutCondition one = new PutCondition.IfMatch(Optional.of("one"));
        PutCondition two = new PutCondition.IfMatch(Optional.of("two"));
        assertThat(kindOf(() -> test.put("key", bytes(3), "three", absent)))
                .isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        assertThat(kindOf(() -> test.put("key", bytes(3), "three", one)))
                .isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        assertThat(kindOf(() -> test.await(() ->
                test.storage.delete(bucket(), KEY, Optional.of("one")))))
                .isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        test.put("key", bytes(3), "three", two);
        test.await(() -> test.storage.delete(bucket(), KEY, Optional.of("three")));
        assertThat(kindOf(() -> test.put("key", bytes(4), "four", two)))
                .isEqualTo(StorageException.Kind.NO_SUCH_KEY);
        test.put("key", bytes(4), "four", absent);
        assertThat(lines()).hasSize(5);
    }

    @Test
    void shouldMakeAVersionOfAFinishedUpload() {
        keep(BucketVersioning.ENABLED);
        VersionId first = put("key", 10);
        Upload upload = test.createUpload("key");
        test.putPart(upload, 1, bytes(3 * BLOCK));
        StoredObject made = test.await(() -> test.storage.completeUpload(bucket(), upload,
                List.of(new ObjectStorage.PartChoice(1, "p1")),
                _ -> StorageFixture.attributes("whole"), PutCondition.NONE));
        StoredObject again = test.await(() -> test.storage.completeUpload(bucket(), upload,
                List.of(new ObjectStorage.PartChoice(1, "p1")),
                _ -> StorageFixture.attributes("whole"), PutCondition.NONE));
        assertThat(again.versionId()).isEqualTo(made.versionId());
        VersionId second = made.versionId().orElseThrow();
        VersionId third = put("key", 20);
        test.tidyUp();
        assertHolds("key", second, 3 * BLOCK);
        assertThat(lines()).containsExactly("key:" + third + ":20*",
                "key:" + second + ":" + 3 * BLOCK, "key:" + first + ":10");
        delete("key", second);
        test.tidyUp();
        assertThat(test.chains.count('b')).isZero();
        assertThat(test.chains.count('p')).isZero();
    }

    @Test
    void shouldLoseAndDoubleNoVersionUnderConcurrentWrites() {
        keep(BucketVersioning.ENABLED);
        ObjectStorage second = new ChainObjectStorage(test.vertx, test.buckets, test.chains,
                () -> test.nowMillis, StorageFixture.SETTINGS);
        List<CompletableFuture<StoredObject>> puts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ObjectStorage at = i % 2 == 0 ? test.storage : second;
            int length = i % 10 == 0 ? 4_000 : i;
            puts.add(test.start(() -> at.put(bucket(), KEY, length,
                    new TestStreams.Body(test.vertx, bytes(length)),
                    complete("e" + length, length), PutCondition.NONE)));
        }
        List<String> expected = puts.stream().map(CompletableFuture::join)
                .map(object -> "key:" + object.versionId().orElseThrow() + ":"
                        + object.sizeBytes()).toList();
        List<String> found = lines();
        assertThat(found.getFirst()).endsWith("*");
        assertThat(found.stream().map(one -> one.replace("*", "")))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(usage().versions()).isEqualTo(100);
        assertThat(usage().objects()).isEqualTo(1);
    }

    /// A gateway that acts on the map from before finds out at the chain.
    @Test
    void shouldOverwriteNoVersionByAWriteThatBeganBefore() {
        FakeBuckets old = new FakeBuckets(bucket().shards());
        StorageFixture stale = test;
        BucketRecord before = bucket();
        keep(BucketVersioning.ENABLED);
        VersionId one = put("key", 10);
        test.await(() -> old.allocate(before.name(), before.ownerId()));
        test.await(() -> old.activate(before.id()));
        ObjectStorage late = new ChainObjectStorage(stale.vertx, old, stale.chains,
                () -> stale.nowMillis, StorageFixture.SETTINGS);
        test.await(() -> late.put(before, KEY, 20,
                new TestStreams.Body(test.vertx, bytes(20)), complete("e", 20),
                PutCondition.NONE));
        assertThat(lines()).containsExactly("key:null:20*", "key:" + one + ":10");
        test.await(() -> late.delete(before, KEY, Optional.empty()));
        assertHolds("key", one, 10);
        assertThat(lines()).containsExactly("key:null:gone*", "key:" + one + ":10");
    }

    /// Random changes of a few keys beside a model of them.
    @Test
    void shouldDoAsTheModelDoes() {
        for (int seed = 0; seed < 20; seed++) {
            new VersionModel(test, "model-" + seed, seed).run(120);
        }
        test.tidyUp();
    }

    @Test
    void shouldListPageByPageWithPrefixesAndMarkers() {
        test.put("a/1", bytes(1));
        test.put("b", bytes(2));
        keep(BucketVersioning.ENABLED);
        for (String key : List.of("a/1", "a/2", "b", "b", "c\0d", "c", "d/x", "d/y", "e")) {
            put(key, 3);
        }
        delete("e");
        delete("a/2");
        List<String> whole = lines();
        assertThat(whole).hasSize(13);
        for (int most = 1; most <= 5; most++) {
            assertThat(paged(Bytes.EMPTY, Bytes.EMPTY, most)).isEqualTo(whole);
        }
        List<String> rolled = paged(Bytes.EMPTY, Bytes.utf8("/"), 1_000);
        assertThat(rolled).hasSize(9).startsWith("a/").contains("d/");
        for (int most = 1; most <= 4; most++) {
            assertThat(paged(Bytes.EMPTY, Bytes.utf8("/"), most)).isEqualTo(rolled);
        }
        assertThat(paged(Bytes.utf8("a/"), Bytes.utf8("/"), 2)).isEqualTo(
                whole.stream().filter(line -> line.startsWith("a/")).toList());
        assertThat(list(all(0)).entries()).isEmpty();
    }

    private List<String> paged(Bytes prefix, Bytes delimiter, int most) {
        List<String> lines = new ArrayList<>();
        Bytes key = Bytes.EMPTY;
        Optional<VersionId> version = Optional.empty();
        for (boolean more = true; more;) {
            VersionListing page =
                    list(new VersionsRequest(prefix, key, version, delimiter, most));
            assertThat(page.entries().size()).isLessThanOrEqualTo(most);
            page.entries().forEach(entry -> lines.add(line(entry)));
            more = page.truncated();
            if (more) {
                VersionListing.Entry last = page.entries().getLast();
                key = last.key();
                version = switch (last) {
                    case VersionListing.VersionEntry one -> Optional.of(one.versionId());
                    case VersionListing.MarkerEntry one -> Optional.of(one.versionId());
                    case VersionListing.PrefixEntry _ -> Optional.empty();
                };
            }
        }
        return lines;
    }

    @Test
    void shouldListWhatMovedWhileItWasListed() {
        test.put("key", bytes(10));
        keep(BucketVersioning.ENABLED);
        int[] scans = new int[1];
        test.chains.beforeScan = () -> {
            // Between the objects of the key's chain and its versions, and between versions and
            // objects, another version is made.
            if (++scans[0] % 2 == 1 && scans[0] < 12) {
                test.chains.beforeScan = () -> { };
                test.start(() -> test.storage.put(bucket(), KEY, 5,
                        new TestStreams.Body(test.vertx, bytes(5)), complete("e", 5),
                        PutCondition.NONE));
            }
        };
        List<String> found = lines();
        assertThat(found).contains(found.size() == 1 ? "key:null:10*" : "key:null:10");
    }

    @Test
    void shouldRefuseAWriteTooManyOfOneKey() {
        KeyTurns turns = new KeyTurns(test.vertx);
        var first = io.vertx.core.Promise.<Integer>promise();
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < KeyTurns.WAITING_MAX; i++) {
            int number = i;
            all.add(test.start(() -> turns.inTurn(1, KEY, () -> number == 0
                    ? first.future() : io.vertx.core.Future.succeededFuture(number))));
        }
        assertThat(kindOf(() -> test.await(() -> turns.inTurn(1, KEY, first::future))))
                .isEqualTo(StorageException.Kind.BUSY);
        first.complete(0);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).join()).isEqualTo(i);
        }
        test.await(() -> turns.inTurn(1, KEY, () -> io.vertx.core.Future.succeededFuture(1)));
    }

    @Test
    void shouldCountWhatModelsCount() {
        Map<Bytes, Integer> sizes = new TreeMap<>();
        keep(BucketVersioning.ENABLED);
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            String key = "k" + random.nextInt(9);
            put(key, i);
            sizes.merge(Bytes.utf8(key), i, Integer::sum);
        }
        assertThat(usage()).isEqualTo(new Usage(sizes.size(), 60,
                sizes.values().stream().mapToInt(Integer::intValue).sum()));
    }
}
