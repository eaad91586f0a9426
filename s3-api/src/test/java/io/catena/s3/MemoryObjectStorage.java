package io.catena.s3;

import io.catena.client.chain.StorageException.Kind;
import io.catena.client.chain.StorageException;
import io.catena.client.object.Checksum;
import io.catena.client.object.Credential;
import io.catena.client.object.Deletion;
import io.catena.client.object.KeyContent;
import io.catena.client.object.Listing;
import io.catena.client.object.ListingRequest;
import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.PutCondition;
import io.catena.client.object.StoredObject;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadListing;
import io.catena.client.object.UploadPart;
import io.catena.client.object.VersionId;
import io.catena.client.object.VersionListing;
import io.catena.client.object.VersionsRequest;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/// Object storage in a heap, for tests of what stands on it. Keeps the port's promises about order
/// and conditions; nothing else.
final class MemoryObjectStorage implements ObjectStorage {
    /// That of AWS's published examples.
    static final AccessKey KEY = AccessKey.ofRoot(
            "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    static final UserRecord ADA = new UserRecord("ada", "Ada", "", false, false, 1);
    static final UserRecord BOB = new UserRecord("bob", "Bob", "", false, false, 1);
    static final AccessKey ADAS = new AccessKey("ADAS", "adas-secret", "ada", true, 1);
    static final AccessKey BOBS = new AccessKey("BOBS", "bobs-secret", "bob", true, 1);
    private static final int PIECE_BYTES = 64 * 1024;

    private record Memory(Buffer bytes, List<UploadPart> parts) implements StoredObject.Content {}

    private record StoredPart(UploadPart part, Buffer bytes) {}

    private record StoredUpload(Upload upload, TreeMap<Integer, StoredPart> parts) {}

    private final Map<String, BucketRecord> buckets = new ConcurrentSkipListMap<>();
    private final Map<Long, MemoryVersions> objects = new ConcurrentHashMap<>();
    private final Map<String, StoredUpload> uploads = new ConcurrentSkipListMap<>();
    private final Map<String, StoredObject> completed = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    /// When set, every call fails with it.
    volatile StorageException failure;
    /// Like a server whose lease ended a second ago when false.
    volatile boolean leased = true;
    /// How many bytes a read gives before it fails; negative: all.
    volatile long readBytesBeforeFailure = -1;

    private void checkLease(ReadLevel level) {
        boolean served = switch (level) {
            case ReadLevel.Strong _ -> leased;
            case ReadLevel.Eventual _ -> true;
            case ReadLevel.Bounded bounded -> leased || bounded.staleMillisMax() >= 1_000;
        };
        if (!served) {
            throw new StorageException(Kind.UNAVAILABLE, "no lease");
        }
    }

    @Override
    public Optional<Credential> credential(String keyId, ReadLevel level) {
        checkLease(level);
        if (failure != null) {
            throw failure;
        }
        return Stream.of(KEY, ADAS, BOBS).filter(key -> key.id().equals(keyId))
                .map(key -> new Credential(key, user(key.userId(), level).orElseThrow()))
                .findFirst();
    }

    @Override
    public Optional<UserRecord> user(String id, ReadLevel level) {
        return Stream.of(UserRecord.ROOT, ADA, BOB).filter(user -> user.id().equals(id))
                .findFirst();
    }

    @Override
    public Optional<BucketRecord> bucket(String name, ReadLevel level) {
        checkLease(level);
        return Optional.ofNullable(buckets.get(name));
    }

    @Override
    public List<BucketRecord> buckets() {
        return List.copyOf(buckets.values());
    }

    @Override
    public Future<BucketRecord> createBucket(String name, String ownerId) {
        BucketRecord bucket =
                new BucketRecord(ids.incrementAndGet(), name, System.currentTimeMillis(),
                ownerId, List.of(), BucketState.ACTIVE);
        if (buckets.putIfAbsent(name, bucket) != null) {
            return failed(Kind.BUCKET_EXISTS);
        }
        objects.put(bucket.id(), new MemoryVersions());
        return Future.succeededFuture(bucket);
    }

    @Override
    public Future<Void> setVersioning(BucketRecord bucket, BucketVersioning versioning) {
        buckets.computeIfPresent(bucket.name(), (_, found) -> found.with(versioning));
        return Future.succeededFuture();
    }

    private BucketVersioning versioning(BucketRecord bucket) {
        return buckets.get(bucket.name()).versioning();
    }

    @Override
    public Future<Void> deleteBucket(BucketRecord bucket) {
        if (!objects.get(bucket.id()).isEmpty()) {
            return failed(Kind.BUCKET_NOT_EMPTY);
        }
        buckets.remove(bucket.name());
        return Future.succeededFuture();
    }

    @Override
    public Future<StoredObject> put(
            BucketRecord bucket, Bytes key, long lengthBytes, ReadStream<Buffer> body,
            LongFunction<ObjectAttributes> complete, PutCondition condition) {
        return collect(lengthBytes, body).map(bytes -> {
            ObjectAttributes attributes = complete.apply(bytes.length());
            return store(bucket, key, bytes, attributes, List.of(), condition);
        });
    }

    @Override
    public Future<StoredObject> putToTheEnd(
            BucketRecord bucket, Bytes key, ReadStream<Buffer> body,
            LongFunction<ObjectAttributes> complete, PutCondition condition) {
        return collect(-1, body).map(bytes -> store(
                bucket, key, bytes, complete.apply(bytes.length()), List.of(), condition));
    }

    private synchronized StoredObject store(
            BucketRecord bucket, Bytes key, Buffer bytes, ObjectAttributes attributes,
            List<UploadPart> parts, PutCondition condition) {
        Optional<StoredObject> present = objects.get(bucket.id()).latest(key);
        switch (condition) {
            case PutCondition.None() -> { }
            case PutCondition.IfAbsent() -> {
                if (present.isPresent()) {
                    throw new StorageException(Kind.PRECONDITION_FAILED, "there is one");
                }
            }
            case PutCondition.IfMatch(Optional<String> etag) -> checkMatch(present, etag);
        }
        StoredObject object = new StoredObject(key, bytes.length(), System.currentTimeMillis(),
                attributes, parts.stream().map(UploadPart::sizeBytes).toList(),
                new Memory(bytes, parts), Optional.empty());
        return objects.get(bucket.id()).put(object, versioning(bucket));
    }

    private static void checkMatch(Optional<StoredObject> present, Optional<String> etag) {
        if (present.isEmpty()) {
            throw new StorageException(Kind.NO_SUCH_KEY, "there is none");
        }
        if (etag.isPresent() && !present.get().attributes().etag().equals(etag.get())) {
            throw new StorageException(Kind.PRECONDITION_FAILED, "another one");
        }
    }

    private static Future<Buffer> collect(long lengthBytes, ReadStream<Buffer> body) {
        Promise<Buffer> whole = Promise.promise();
        Buffer bytes = Buffer.buffer();
        body.exceptionHandler(whole::tryFail);
        body.handler(bytes::appendBuffer);
        body.endHandler(_ -> {
            if (lengthBytes < 0 || bytes.length() == lengthBytes) {
                whole.tryComplete(bytes);
            } else {
                whole.tryFail("length " + bytes.length() + " instead of " + lengthBytes);
            }
        });
        body.resume();
        return whole.future();
    }

    @Override
    public synchronized Future<KeyContent> lookUp(
            BucketRecord bucket, Bytes key, Optional<VersionId> version, ReadLevel level) {
        checkLease(level);
        return Future.succeededFuture(objects.get(bucket.id()).lookUp(key, version));
    }

    @Override
    public Future<Void> read(
            BucketRecord bucket, StoredObject object, long offset, long length,
            WriteStream<Buffer> out, ReadLevel level) {
        checkLease(level);
        Buffer bytes = ((Memory) object.content()).bytes()
                .slice(Math.toIntExact(offset), Math.toIntExact(offset + length));
        return write(bytes, 0, out);
    }

    @Override
    public Future<List<Optional<Checksum>>> partChecksums(
            StoredObject object, int from, int to, ReadLevel level) {
        return Future.succeededFuture(((Memory) object.content()).parts().subList(from, to)
                .stream().map(UploadPart::checksum).toList());
    }

    private Future<Void> write(Buffer bytes, int from, WriteStream<Buffer> out) {
        if (readBytesBeforeFailure >= 0 && from >= readBytesBeforeFailure) {
            return failed(Kind.DAMAGED);
        }
        if (from >= bytes.length()) {
            return Future.succeededFuture();
        }
        int to = Math.min(bytes.length(), from + PIECE_BYTES);
        return out.write(bytes.getBuffer(from, to)).compose(_ -> write(bytes, to, out));
    }

    @Override
    public synchronized Future<Deletion> delete(
            BucketRecord bucket, Bytes key, Optional<String> ifMatch) {
        try {
            if (ifMatch.isPresent()) {
                checkMatch(objects.get(bucket.id()).latest(key), ifMatch);
            }
        } catch (StorageException e) {
            return Future.failedFuture(e);
        }
        return Future.succeededFuture(objects.get(bucket.id()).delete(key, versioning(bucket)));
    }

    @Override
    public synchronized Future<Deletion> deleteVersion(
            BucketRecord bucket, Bytes key, VersionId version, Optional<String> ifMatch) {
        return Future.succeededFuture(objects.get(bucket.id()).deleteVersion(key, version));
    }

    @Override
    public synchronized Future<VersionListing> listVersions(
            BucketRecord bucket, VersionsRequest request, ReadLevel level) {
        checkLease(level);
        return Future.succeededFuture(objects.get(bucket.id()).list(request));
    }

    @Override
    public synchronized Future<Usage> usage(BucketRecord bucket, ReadLevel level) {
        return Future.succeededFuture(objects.get(bucket.id()).latest().stream()
                .map(object -> new Usage(1, 1, object.sizeBytes()))
                .reduce(Usage.NONE, Usage::plus));
    }

    @Override
    public synchronized Future<Listing> list(
            BucketRecord bucket, ListingRequest request, ReadLevel level) {
        checkLease(level);
        List<Listing.Entry> entries = new ArrayList<>();
        for (StoredObject object : objects.get(bucket.id()).latest()) {
            Listing.Entry entry = entry(object, request);
            boolean wanted = object.key().startsWith(request.prefix())
                    && entry.key().compareTo(request.after()) > 0
                    && (entries.isEmpty() || !entries.getLast().key().equals(entry.key()));
            if (wanted && entries.size() == request.entriesMax()) {
                return Future.succeededFuture(new Listing(entries, entries.isEmpty()
                        ? Optional.empty() : Optional.of(entries.getLast().key())));
            }
            if (wanted) {
                entries.add(entry);
            }
        }
        return Future.succeededFuture(new Listing(entries, Optional.empty()));
    }

    private static Listing.Entry entry(StoredObject object, ListingRequest request) {
        Bytes key = object.key();
        int at = request.delimiter().isEmpty() ? -1
                : key.indexOf(request.delimiter(), request.prefix().length());
        return at < 0
                ? new Listing.ObjectEntry(key, object.sizeBytes(), object.modifiedMillis(),
                        object.attributes().etag(), object.checksum())
                : new Listing.PrefixEntry(key.slice(0, at + request.delimiter().length()));
    }

    @Override
    public Future<Upload> createUpload(
            BucketRecord bucket, Bytes key, ObjectAttributes attributes, String checksumAlgorithm,
            String checksumType) {
        String id = "%08d".formatted(ids.incrementAndGet());
        Upload upload = new Upload(key, id, System.currentTimeMillis(), attributes,
                checksumAlgorithm, checksumType);
        uploads.put(id, new StoredUpload(upload, new TreeMap<>()));
        return Future.succeededFuture(upload);
    }

    @Override
    public Future<Optional<Upload>> findUpload(BucketRecord bucket, Bytes key, String uploadId) {
        return Future.succeededFuture(Optional.ofNullable(uploads.get(uploadId))
                .map(StoredUpload::upload).filter(upload -> upload.key().equals(key)));
    }

    @Override
    public Future<UploadPart> putPart(
            BucketRecord bucket, Upload upload, int number, long lengthBytes,
            ReadStream<Buffer> body, LongFunction<ObjectAttributes> complete) {
        return collect(lengthBytes, body).map(bytes -> {
            ObjectAttributes attributes = complete.apply(bytes.length());
            Optional<Checksum> checksum = attributes.checksum();
            UploadPart part = new UploadPart(number, bytes.length(), System.currentTimeMillis(),
                    attributes.etag(), checksum);
            uploads.get(upload.uploadId()).parts().put(number, new StoredPart(part, bytes));
            return part;
        });
    }

    @Override
    public Future<List<UploadPart>> listParts(
            BucketRecord bucket, Upload upload, int afterNumber, int most) {
        return Future.succeededFuture(uploads.get(upload.uploadId()).parts()
                .tailMap(afterNumber, false).values().stream().map(StoredPart::part)
                .limit(most).toList());
    }

    @Override
    public Future<StoredObject> completeUpload(
            BucketRecord bucket, Upload upload, List<PartChoice> parts,
            Function<List<UploadPart>, ObjectAttributes> attributes, PutCondition condition) {
        if (completed.containsKey(upload.uploadId())) {
            return Future.succeededFuture(completed.get(upload.uploadId()));
        }
        StoredUpload stored = uploads.get(upload.uploadId());
        if (stored == null) {
            return failed(Kind.NO_SUCH_UPLOAD);
        }
        List<StoredPart> chosen = new ArrayList<>();
        for (PartChoice choice : parts) {
            StoredPart part = stored.parts().get(choice.number());
            if (part == null || !part.part().etag().equals(choice.etag())) {
                return failed(Kind.INVALID_PART);
            }
            chosen.add(part);
        }
        Buffer bytes = Buffer.buffer();
        chosen.forEach(part -> bytes.appendBuffer(part.bytes()));
        return Future.succeededFuture(chosen).map(all -> {
            List<UploadPart> made = all.stream().map(StoredPart::part).toList();
            StoredObject object = store(
                    bucket, upload.key(), bytes, attributes.apply(made), made, condition);
            uploads.remove(upload.uploadId());
            completed.put(upload.uploadId(), object);
            return object;
        });
    }

    @Override
    public Future<Void> abortUpload(BucketRecord bucket, Upload upload) {
        return uploads.remove(upload.uploadId()) == null
                ? failed(Kind.NO_SUCH_UPLOAD) : Future.succeededFuture();
    }

    @Override
    public Future<UploadListing> listUploads(
            BucketRecord bucket, Bytes prefix, Bytes delimiter, Bytes keyMarker,
            String uploadIdMarker, int most) {
        List<Upload> all = uploads.values().stream().map(StoredUpload::upload)
                .filter(upload -> upload.key().startsWith(prefix))
                .filter(upload -> upload.key().compareTo(keyMarker) > 0
                        || upload.key().equals(keyMarker) && !uploadIdMarker.isEmpty()
                        && upload.uploadId().compareTo(uploadIdMarker) > 0)
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList();
        return Future.succeededFuture(new UploadListing(
                all.stream().limit(most).toList(), List.of(), all.size() > most));
    }

    private static <T> Future<T> failed(Kind kind) {
        return Future.failedFuture(new StorageException(kind, kind.name()));
    }
}
