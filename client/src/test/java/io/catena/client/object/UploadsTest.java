package io.catena.client.object;

import static io.catena.client.object.StorageFixture.bytes;
import static io.catena.client.object.StorageFixture.kindOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.client.chain.StorageException;
import io.catena.client.object.ObjectStorage.PartChoice;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UploadsTest {
    private static final int BLOCK = StorageFixture.BLOCK;

    private final StorageFixture test = new StorageFixture();

    @AfterEach
    void close() {
        test.close();
    }

    private StoredObject complete(Upload upload, Integer... numbers) {
        List<PartChoice> choices = Arrays.stream(numbers)
                .map(number -> new PartChoice(number, "p" + number)).toList();
        return test.await(() -> test.storage.completeUpload(test.bucket, upload, choices,
                parts -> StorageFixture.attributes("made-of-" + parts.size()), PutCondition.NONE));
    }

    @Test
    void shouldMakeAnObjectOfParts() {
        Upload upload = test.createUpload("key");
        assertThat(test.await(() -> test.storage.findUpload(
                test.bucket, Bytes.utf8("key"), upload.uploadId()))).contains(upload);
        int[] sizes = {3 * BLOCK + 1, 10, 1, 70_000, 2 * BLOCK};
        Buffer all = Buffer.buffer();
        for (int i = 0; i < sizes.length; i++) {
            test.putPart(upload, i + 1, bytes(5));
            test.putPart(upload, i + 1, bytes(sizes[i]));
            all.appendBytes(bytes(sizes[i]));
        }
        test.putPart(upload, 9, bytes(4 * BLOCK));
        List<UploadPart> parts = test.await(() ->
                test.storage.listParts(test.bucket, upload, 1, 3));
        assertThat(parts.stream().map(UploadPart::number)).containsExactly(2, 3, 4);
        assertThat(parts.getFirst().sizeBytes()).isEqualTo(10);

        StoredObject made = complete(upload, 1, 2, 3, 4, 5);
        assertThat(made.partSizes()).containsExactly(3L * BLOCK + 1, 10L, 1L, 70_000L, 2L * BLOCK);
        assertThat(test.find("key")).contains(made);
        byte[] bytes = all.getBytes();
        assertThat(test.read(made, 0, bytes.length)).isEqualTo(bytes);
        Random random = new Random(2);
        for (int i = 0; i < 20; i++) {
            int from = random.nextInt(bytes.length);
            int to = random.nextInt(from, bytes.length) + 1;
            assertThat(test.read(made, from, to - from))
                    .isEqualTo(Arrays.copyOfRange(bytes, from, to));
        }
        test.tidyUp();
        assertThat(test.read(made, 0, bytes.length)).isEqualTo(bytes);
        assertThat(test.chains.count('p')).isEqualTo(5);
        test.await(() -> test.storage.delete(test.bucket, Bytes.utf8("key"), Optional.empty()));
        test.tidyUp();
        assertThat(test.chains.namedBodies()).isZero();
        assertThat(test.chains.count('p')).isZero();
    }

    /// On a lone survivor a strong read of a part's record would be refused.
    @Test
    void shouldKeepTheChecksumsOfParts() {
        Upload upload = test.createUpload("key");
        List<Optional<Checksum>> checksums = new ArrayList<>();
        for (int number : new int[] {2, 3, 5, 9}) {
            Optional<Checksum> checksum =
                    Optional.of(new Checksum("CRC32C", "AAAA" + number, false));
            ObjectAttributes attributes = new ObjectAttributes(
                    "p" + number, new TreeMap<>(), new TreeMap<>(), checksum);
            checksums.add(test.await(() -> test.storage.putPart(test.bucket, upload, number, 3,
                    new TestStreams.Body(test.vertx, bytes(3)), _ -> attributes)).checksum());
        }
        StoredObject made = complete(upload, 2, 5, 9);
        checksums.remove(1);
        assertThat(checksums).doesNotHaveDuplicates();
        assertThat(partChecksums(made, 0, 3)).isEqualTo(checksums);
        assertThat(partChecksums(made, 1, 2)).isEqualTo(checksums.subList(1, 2));
        assertThat(partChecksums(made, 3, 3)).isEmpty();
        assertThat(partChecksums(test.put("key", bytes(7)), 0, 0)).isEmpty();
    }

    private List<Optional<Checksum>> partChecksums(StoredObject object, int from, int to) {
        return test.await(() ->
                test.storage.partChecksums(object, from, to, ReadLevel.STRONG));
    }

    @Test
    void shouldReadEverythingAtTheLevelThatIsAskedFor() {
        Upload upload = test.createUpload("key");
        test.putPart(upload, 1, bytes(3_000));
        complete(upload, 1);
        ReadLevel eventual = new ReadLevel.Eventual();
        test.chains.levels.clear();

        StoredObject found = test.await(() ->
                test.storage.find(test.bucket, Bytes.utf8("key"), eventual)).orElseThrow();
        TestStreams.Out out = new TestStreams.Out(test.vertx);
        test.await(() -> test.storage.read(test.bucket, found, 0, 3_000, out, eventual));
        test.await(() -> test.storage.list(test.bucket,
                new ListingRequest(Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, 5), eventual));

        assertThat(out.taken.getBytes()).isEqualTo(bytes(3_000));
        assertThat(test.chains.levels).hasSizeGreaterThan(2).containsOnly(eventual);
    }

    @Test
    void shouldAnswerARepeatedCompletionTheSame() {
        Upload upload = test.createUpload("key");
        test.putPart(upload, 1, bytes(10));
        StoredObject made = complete(upload, 1);
        assertThat(complete(upload, 1)).isEqualTo(made);
        test.put("key", bytes(20));
        assertThat(complete(upload, 1).attributes()).isEqualTo(made.attributes());
        assertThat(test.find("key").orElseThrow().sizeBytes()).isEqualTo(20);
        assertThat(kindOf(() -> test.putPart(upload, 2, bytes(10))))
                .isEqualTo(StorageException.Kind.NO_SUCH_UPLOAD);
        assertThat(kindOf(() -> test.await(() ->
                test.storage.abortUpload(test.bucket, upload))))
                .isEqualTo(StorageException.Kind.NO_SUCH_UPLOAD);
        test.nowMillis += StorageFixture.SETTINGS.completionKeepMillis() + 1;
        test.tidyUp();
        assertThat(kindOf(() -> complete(upload, 1)))
                .isEqualTo(StorageException.Kind.NO_SUCH_UPLOAD);
    }

    @Test
    void shouldRefuseWrongParts() {
        Upload upload = test.createUpload("key");
        test.putPart(upload, 1, bytes(10));
        assertThat(kindOf(() -> complete(upload, 1, 2)))
                .isEqualTo(StorageException.Kind.INVALID_PART);
        assertThat(kindOf(() -> test.await(() -> test.storage.completeUpload(test.bucket, upload,
                List.of(new PartChoice(1, "other")), _ -> StorageFixture.attributes("x"),
                PutCondition.NONE)))).isEqualTo(StorageException.Kind.INVALID_PART);
        test.put("key", bytes(1));
        assertThat(kindOf(() -> test.await(() -> test.storage.completeUpload(test.bucket, upload,
                List.of(new PartChoice(1, "p1")), _ -> StorageFixture.attributes("x"),
                new PutCondition.IfAbsent()))))
                .isEqualTo(StorageException.Kind.PRECONDITION_FAILED);
        assertThat(test.find("key").orElseThrow().sizeBytes()).isEqualTo(1);
    }

    @Test
    void shouldNotMixPartsThatChangeWhileCompleting() {
        Upload upload = test.createUpload("key");
        test.putPart(upload, 1, bytes(10));
        boolean[] once = new boolean[1];
        test.chains.beforeWrite = () -> {
            if (!once[0]) {
                once[0] = true;
                test.start(() -> test.storage.putPart(test.bucket, upload, 1, 20,
                        new TestStreams.Body(test.vertx, bytes(20)), _ ->
                                StorageFixture.attributes("p1")));
            }
        };
        StoredObject made = complete(upload, 1);
        byte[] read = test.read(made, 0, made.sizeBytes());
        assertThat(read).isEqualTo(bytes(read.length));
    }

    @Test
    void shouldForgetAnAbortedUpload() {
        Upload upload = test.createUpload("key");
        for (int i = 1; i <= 7; i++) {
            test.putPart(upload, i, bytes(2 * BLOCK));
        }
        test.await(() -> test.storage.abortUpload(test.bucket, upload));
        assertThat(kindOf(() -> test.putPart(upload, 2, bytes(3 * BLOCK))))
                .isEqualTo(StorageException.Kind.NO_SUCH_UPLOAD);
        test.tidyUp();
        assertThat(test.chains.namedBodies()).isZero();
        assertThat(test.chains.count('p')).isZero();
        assertThat(test.chains.count('z')).isZero();
    }

    @Test
    void shouldDeleteManyPartsThatWereNotChosen() {
        Upload upload = test.createUpload("key");
        for (int i = 1; i <= 1_000; i++) {
            test.putPart(upload, i, bytes(1));
        }
        complete(upload, 500);
        assertThat(test.chains.count('p')).isEqualTo(100);
        test.nowMillis += StorageFixture.SETTINGS.completionKeepMillis() + 1;
        test.tidyUp();
        assertThat(test.chains.count('p')).isEqualTo(1);
        assertThat(test.read(test.find("key").orElseThrow(), 0, 1)).isEqualTo(bytes(1));
    }

    @Test
    void shouldListUploadsInOrder() {
        List<Upload> all = new ArrayList<>();
        for (String key : List.of("a", "a\0b", "a/b", "a/c", "b", "b", "b", "c/d")) {
            all.add(test.createUpload(key));
        }
        all.sort((x, y) -> x.key().equals(y.key())
                ? x.uploadId().compareTo(y.uploadId()) : x.key().compareTo(y.key()));
        List<Upload> listed = new ArrayList<>();
        Bytes key = Bytes.EMPTY;
        String id = "";
        boolean truncated = true;
        while (truncated) {
            Bytes keyMarker = key;
            String idMarker = id;
            UploadListing page = test.await(() -> test.storage.listUploads(
                    test.bucket, Bytes.EMPTY, Bytes.EMPTY, keyMarker, idMarker, 3));
            listed.addAll(page.uploads());
            truncated = page.truncated();
            key = page.uploads().getLast().key();
            id = page.uploads().getLast().uploadId();
        }
        assertThat(listed).isEqualTo(all);
        UploadListing rolledUp = test.await(() -> test.storage.listUploads(test.bucket,
                Bytes.EMPTY, Bytes.utf8("/"), Bytes.utf8("a"), "", 10));
        assertThat(rolledUp.commonPrefixes())
                .containsExactly(Bytes.utf8("a/"), Bytes.utf8("c/"));
        assertThat(rolledUp.uploads()).hasSize(4);
        UploadListing after = test.await(() -> test.storage.listUploads(test.bucket,
                Bytes.EMPTY, Bytes.utf8("/"), Bytes.utf8("a/"), "", 10));
        assertThat(after.commonPrefixes()).containsExactly(Bytes.utf8("c/"));
    }
}
