package io.catena.client.object;

import static io.catena.client.object.StorageFixture.BLOCK;
import static io.catena.client.object.StorageFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.ShardRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Splits with everything that a bucket may hold.
class ShardDriverTest {
    private static final int OBJECTS = 40;

    private final StorageFixture test = new StorageFixture();

    @AfterEach
    void close() {
        test.close();
    }

    private ShardDriver driver(long objectsMax) {
        return new ShardDriver(test.buckets, test.chains, new ShardSettings(objectsMax, 0),
                _ -> true, System::nanoTime);
    }

    private List<ShardRecord> shards() {
        return test.buckets.bucket("bucket", ReadLevel.STRONG).orElseThrow().shards();
    }

    private void split(long objectsMax) {
        ShardDriver driver = driver(objectsMax);
        for (int round = 0; round < 4; round++) {
            test.await(driver::round);
        }
        assertThat(shards()).allMatch(shard -> shard.move().isEmpty());
    }

    private Usage usage() {
        return test.await(() -> test.storage.usage(test.bucket, ReadLevel.STRONG));
    }

    private static byte[] value(int number) {
        return bytes(switch (number % 3) {
            case 0 -> 10 + number;
            case 1 -> 3_000 + number;
            default -> 2 * BLOCK + number;
        });
    }

    private void complete(Upload upload, Integer... numbers) {
        List<ObjectStorage.PartChoice> choices = List.of(numbers).stream()
                .map(number -> new ObjectStorage.PartChoice(number, "p" + number)).toList();
        test.await(() -> test.storage.completeUpload(test.bucket, upload, choices,
                _ -> StorageFixture.attributes("whole"), PutCondition.NONE));
    }

    private void putAll() {
        for (int number = 0; number < OBJECTS; number++) {
            test.put("d" + number % 4 + "/" + number, value(number));
        }
    }

    private void checkAll() {
        for (int number = 0; number < OBJECTS; number++) {
            byte[] value = value(number);
            assertThat(test.read(test.find("d" + number % 4 + "/" + number).orElseThrow(),
                    0, value.length)).isEqualTo(value);
        }
        assertThat(usage().objects()).isEqualTo(OBJECTS);
        assertThat(test.chains.count('o')).isEqualTo(OBJECTS);
        assertThat(test.chains.count('m')).isZero();
    }

    @Test
    void shouldMoveObjectsWithTheirBodies() {
        putAll();
        Usage before = usage();
        split(5);
        assertThat(shards().size()).isGreaterThan(8);
        assertThat(shards().stream().map(ShardRecord::chain).distinct()).hasSize(4);
        assertThat(usage()).isEqualTo(before);
        checkAll();
        test.tidyUp();
        checkAll();
        assertThat(test.chains.count('s')).isEqualTo(shards().size());
    }

    @Test
    void shouldMoveVersions() {
        putAll();
        test.await(() -> test.storage.setVersioning(test.bucket, BucketVersioning.ENABLED));
        putAll();
        for (int number = 0; number < OBJECTS; number += 3) {
            delete(number);
        }
        Usage before = usage();
        VersionListing listed = versions();
        assertThat(listed.entries()).hasSize(2 * OBJECTS + (OBJECTS + 2) / 3);

        split(5);

        assertThat(shards().stream().map(ShardRecord::chain).distinct()).hasSize(4);
        assertThat(usage()).isEqualTo(before);
        assertThat(versions()).isEqualTo(listed);
        test.tidyUp();
        for (VersionListing.Entry entry : listed.entries()) {
            if (entry instanceof VersionListing.VersionEntry one) {
                assertHeld(one);
            }
        }
        // The latest version and its copy share a body.
        long attached = 2L * (OBJECTS / 3);
        assertThat(test.chains.bodies).hasSize((int) attached + (int) test.chains.count('b'));
        assertThat(test.chains.count('v')).isEqualTo(listed.entries().size());
        assertThat(test.chains.count('h')).isEqualTo(OBJECTS);
        assertThat(test.chains.count('m')).isZero();
        delete(1);
        assertThat(versions().entries()).hasSize(listed.entries().size() + 1);
    }

    private void delete(int number) {
        test.await(() -> test.storage.delete(test.bucket,
                Bytes.utf8("d" + number % 4 + "/" + number), Optional.empty()));
    }

    private VersionListing versions() {
        VersionsRequest all = new VersionsRequest(
                Bytes.EMPTY, Bytes.EMPTY, Optional.empty(), Bytes.EMPTY, 1_000);
        return test.await(() ->
                test.storage.listVersions(test.bucket, all, ReadLevel.STRONG));
    }

    private void assertHeld(VersionListing.VersionEntry one) {
        KeyContent found = test.await(() -> test.storage.lookUp(
                test.bucket, one.key(), Optional.of(one.versionId()), ReadLevel.STRONG));
        String key = one.key().toUtf8();
        byte[] value = value(Integer.parseInt(key.substring(key.indexOf('/') + 1)));
        assertThat(test.read(((KeyContent.Held) found).object(), 0, value.length))
                .isEqualTo(value);
    }

    @Test
    void shouldMoveUploadsAndKeepTheirParts() {
        putAll();
        Upload done = test.createUpload("done");
        test.putPart(done, 1, bytes(3_000));
        test.putPart(done, 2, bytes(2 * BLOCK));
        complete(done, 1, 2);
        Upload upload = test.createUpload("upload");
        test.putPart(upload, 1, bytes(3_001));
        test.putPart(upload, 3, bytes(20));
        long parts = test.chains.count('p');

        split(5);

        assertThat(test.chains.count('p')).isEqualTo(parts);
        assertThat(test.chains.count('u')).isEqualTo(1);
        assertThat(test.chains.count('c')).isEqualTo(1);
        assertThat(test.await(() -> test.storage.listUploads(test.bucket, Bytes.EMPTY,
                Bytes.EMPTY, Bytes.EMPTY, "", 10)).uploads()).hasSize(1);
        test.putPart(upload, 2, bytes(3_002));
        complete(upload, 1, 2, 3);
        assertThat(test.read(test.find("upload").orElseThrow(), 0, 6_023)).hasSize(6_023);
        assertThat(test.read(test.find("done").orElseThrow(), 0, 3_000))
                .isEqualTo(bytes(3_000));
        // A completion that is repeated finds that it was done.
        complete(done, 1, 2);
    }

    /// Records as a former build wrote them.
    @Test
    void shouldCountFormerChargesAndGiveThemGroupsBeforeACut() {
        putAll();
        Usage expected = usage();
        test.chains.records.values().forEach(held -> held.replaceAll((key, version) ->
                RecordKeys.tag(key) != 'o' ? version : charged(version, test.bucket.id())));
        assertThat(usage()).isEqualTo(expected);
        test.put("d1/1", value(1));
        test.await(() -> test.storage.delete(
                test.bucket, Bytes.utf8("d2/2"), Optional.empty()));
        test.put("d2/2", value(2));
        assertThat(usage()).isEqualTo(expected);

        split(5);

        assertThat(usage()).isEqualTo(expected);
        checkAll();
        assertThat(test.chains.records.values().stream().flatMap(held -> held.values().stream())
                .flatMap(version -> version.charge().stream()))
                .noneMatch(charge -> charge.scope() == test.bucket.id());
    }

    private static Version charged(Version version, long scope) {
        return new Version(version.position(), version.tag(), version.value(), version.body(),
                version.holdsReferences(), version.charge().map(charge -> new Charge(
                        scope, charge.objects(), charge.versions(), charge.bytes())));
    }

    private void put(ShardState state, ShardRecord shard) {
        test.await(() -> test.chains.write(shard.chain(), List.of(), List.of(
                RecordKeys.putShard(test.bucket.id(), "bucket", shard, state))));
    }

    @Test
    void shouldLetWritesWaitWhileAShardIsFrozen() {
        test.put("key", bytes(3_000));
        ShardRecord shard = test.bucket.shardOf(Bytes.utf8("key"));
        put(ShardState.FROZEN, shard);
        CompletableFuture<?> deleted = test.start(() -> test.storage.delete(
                test.bucket, Bytes.utf8("key"), Optional.empty()));
        assertThat(test.find("key")).isPresent();
        assertThat(deleted).isNotDone();
        put(ShardState.MOVING, shard);
        deleted.join();
        assertThat(test.find("key")).isEmpty();
        assertThat(test.chains.count('m')).isEqualTo(1);
    }

    @Test
    void shouldDeleteABucketWhoseShardsHaveMovedAndThatIsEmpty() {
        putAll();
        split(5);
        assertThat(StorageFixture.kindOf(() ->
                test.await(() -> test.storage.deleteBucket(test.bucket))))
                .isEqualTo(StorageException.Kind.BUCKET_NOT_EMPTY);
        checkAll();
        test.put("d0/0", value(0));
        for (int number = 0; number < OBJECTS; number++) {
            Bytes key = Bytes.utf8("d" + number % 4 + "/" + number);
            test.await(() -> test.storage.delete(test.bucket, key, Optional.empty()));
        }
        test.await(() -> test.storage.deleteBucket(test.bucket));
        assertThat(test.buckets.bucket("bucket", ReadLevel.STRONG)).isEmpty();
        assertThat(test.chains.count('s')).isZero();
    }

    @Test
    void shouldDeleteABucketBehindTheMoveThatRuns() {
        BucketRecord bucket = test.bucket;
        ShardRecord shard = bucket.shards().getFirst();
        test.await(() -> test.buckets.change(
                bucket.id(), shard, List.of(shard.movingTo(new ChainId(3)))));
        CompletableFuture<Void> deleted = test.start(() -> test.storage.deleteBucket(bucket));
        ShardDriver driver = driver(5);
        while (!deleted.isDone()) {
            test.await(driver::round);
        }
        deleted.join();
        assertThat(test.buckets.bucket("bucket", ReadLevel.STRONG)).isEmpty();
        Map<ChainId, TreeMap<Bytes, Version>> records = test.chains.records;
        assertThat(records.values()).allMatch(Map::isEmpty);
    }
}
