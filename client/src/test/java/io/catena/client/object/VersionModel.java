package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/// Versions as S3 has them, told as lists, beside the storage that is tested.
final class VersionModel {
    private static final int[] LENGTHS =
            {0, 10, 3_000, StorageFixture.BLOCK + 1, 2 * StorageFixture.BLOCK + 1};

    /// @param length negative: a delete marker
    private record Kept(VersionId id, int length) {}

    private final StorageFixture test;
    private final String name;
    private final Random random;
    /// Newest first.
    private final TreeMap<String, List<Kept>> keys = new TreeMap<>();
    private BucketVersioning versioning = BucketVersioning.NEVER;

    VersionModel(StorageFixture test, String name, long seed) {
        this.test = test;
        this.name = name;
        this.random = new Random(seed);
        test.await(() -> test.storage.createBucket(name, "owner"));
    }

    private BucketRecord bucket() {
        return test.storage.bucket(name).orElseThrow();
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            String key = "k" + random.nextInt(3);
            switch (random.nextInt(10)) {
                case 0 -> turn();
                case 1, 2 -> delete(key);
                case 3, 4, 5 -> deleteVersion(key);
                default -> put(key);
            }
            check(key);
        }
        checkAll();
        empty();
    }

    private void turn() {
        versioning = random.nextBoolean()
                ? BucketVersioning.ENABLED : BucketVersioning.SUSPENDED;
        test.await(() -> test.storage.setVersioning(bucket(), versioning));
    }

    private void put(String key) {
        int length = LENGTHS[random.nextInt(LENGTHS.length)];
        byte[] bytes = StorageFixture.bytes(length);
        StoredObject put = test.await(() -> test.storage.put(bucket(), Bytes.utf8(key), length,
                new TestStreams.Body(test.vertx, bytes),
                StorageFixture.complete("e" + length, length), PutCondition.NONE));
        assertThat(put.versionId().isPresent()).isEqualTo(versioning != BucketVersioning.NEVER);
        add(key, new Kept(put.versionId().orElse(VersionId.NULL), length));
    }

    private void add(String key, Kept version) {
        assertThat(version.id().isNull()).isEqualTo(versioning != BucketVersioning.ENABLED);
        List<Kept> of = keys.computeIfAbsent(key, _ -> new ArrayList<>());
        of.removeIf(one -> one.id().equals(version.id()));
        of.addFirst(version);
    }

    private void delete(String key) {
        Deletion deletion = test.await(() ->
                test.storage.delete(bucket(), Bytes.utf8(key), Optional.empty()));
        if (versioning == BucketVersioning.NEVER) {
            assertThat(deletion).isEqualTo(Deletion.PLAIN);
            keys.remove(key);
        } else {
            assertThat(deletion.isMarker()).isTrue();
            add(key, new Kept(deletion.versionId().orElseThrow(), -1));
        }
    }

    private void deleteVersion(String key) {
        List<Kept> of = keys.getOrDefault(key, List.of());
        VersionId id = of.isEmpty() || random.nextInt(8) == 0 ? VersionId.NULL
                : of.get(random.nextInt(of.size())).id();
        remove(key, id);
    }

    private void remove(String key, VersionId id) {
        List<Kept> of = keys.getOrDefault(key, new ArrayList<>());
        boolean marker = of.stream().anyMatch(one -> one.id().equals(id) && one.length < 0);
        Deletion deletion = test.await(() -> test.storage.deleteVersion(
                bucket(), Bytes.utf8(key), id, Optional.empty()));
        assertThat(deletion).isEqualTo(new Deletion(Optional.of(id), marker));
        of.removeIf(one -> one.id().equals(id));
        if (of.isEmpty()) {
            keys.remove(key);
        }
    }

    private KeyContent lookUp(String key, Optional<VersionId> version) {
        return test.await(() -> test.storage.lookUp(
                bucket(), Bytes.utf8(key), version, ReadLevel.STRONG));
    }

    private void check(String key) {
        List<Kept> of = keys.getOrDefault(key, List.of());
        check(lookUp(key, Optional.empty()), of.isEmpty() ? Optional.empty()
                : Optional.of(of.getFirst()));
        check(lookUp(key, Optional.of(VersionId.NULL)),
                of.stream().filter(one -> one.id().isNull()).findFirst());
        if (!of.isEmpty()) {
            Kept any = of.get(random.nextInt(of.size()));
            check(lookUp(key, Optional.of(any.id())), Optional.of(any));
        }
    }

    private void check(KeyContent content, Optional<Kept> expected) {
        switch (content) {
            case KeyContent.Held(StoredObject object) -> {
                assertThat(object.versionId().orElse(VersionId.NULL))
                        .isEqualTo(expected.orElseThrow().id());
                assertThat(test.read(object, 0, object.sizeBytes()))
                        .isEqualTo(StorageFixture.bytes(expected.get().length));
            }
            case KeyContent.Marked marker -> assertThat(
                    new Kept(marker.versionId(), -1)).isEqualTo(expected.orElseThrow());
            case KeyContent.Nothing _ -> assertThat(expected).isEmpty();
        }
    }

    private void checkAll() {
        List<String> expected = new ArrayList<>();
        keys.forEach((key, of) -> of.forEach(one ->
                expected.add(key + one.id() + one.length + (one == of.getFirst()))));
        VersionsRequest all = new VersionsRequest(
                Bytes.EMPTY, Bytes.EMPTY, Optional.empty(), Bytes.EMPTY, 1_000);
        assertThat(test.await(() -> test.storage.listVersions(bucket(), all, ReadLevel.STRONG))
                .entries().stream().map(VersionModel::line)).isEqualTo(expected);
        List<Kept> objects = keys.values().stream().flatMap(List::stream)
                .filter(one -> one.length >= 0).toList();
        assertThat(test.await(() -> test.storage.usage(bucket(), ReadLevel.STRONG)))
                .isEqualTo(new Usage(keys.values().stream()
                        .filter(of -> of.getFirst().length >= 0).count(), objects.size(),
                        objects.stream().mapToLong(Kept::length).sum()));
        assertThat(test.await(() -> test.storage.list(bucket(), new ListingRequest(
                        Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, 1_000), ReadLevel.STRONG))
                .entries().stream().map(entry -> entry.key().toUtf8())).isEqualTo(
                        keys.entrySet().stream()
                                .filter(each -> each.getValue().getFirst().length >= 0)
                                .map(java.util.Map.Entry::getKey).toList());
    }

    private static String line(VersionListing.Entry entry) {
        return switch (entry) {
            case VersionListing.VersionEntry one -> one.key().toUtf8() + one.versionId()
                    + one.sizeBytes() + one.isLatest();
            case VersionListing.MarkerEntry one ->
                    one.key().toUtf8() + one.versionId() + -1 + one.isLatest();
            case VersionListing.PrefixEntry _ -> throw new AssertionError("no delimiter");
        };
    }

    /// Everything goes, and leaves nothing.
    private void empty() {
        for (String key : List.copyOf(keys.keySet())) {
            for (Kept one : List.copyOf(keys.get(key))) {
                remove(key, one.id());
            }
        }
        test.tidyUp();
        assertThat(test.chains.bodies).isEmpty();
        test.await(() -> test.storage.deleteBucket(bucket()));
        assertThat(test.chains.records.values().stream().flatMap(held -> held.keySet().stream())
                .filter(key -> "ohvw".indexOf(RecordKeys.tag(key)) >= 0)).isEmpty();
    }
}
