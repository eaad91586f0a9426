package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Objects as records on chains. An object is its [Manifest] on the chain of its key; what the
/// manifest refers to is there before it and goes after it: bytes are written first, then one write
/// of one chain makes them an object, or nothing does.
public final class ChainObjectStorage implements ObjectStorage {
    private final Buckets buckets;
    private final BucketMap map;
    private final Chains chains;
    private final LongSupplier wallMillis;
    private final ShardWrites shardWrites;
    private final VersionWrites writes;
    private final Ingest ingest;
    private final Outlet outlet;
    private final Uploads uploads;
    private final BucketShards shards;

    /// @param wallMillis the wall clock: for what is displayed, never for order
    public ChainObjectStorage(Vertx vertx, Buckets buckets, Chains chains, LongSupplier wallMillis,
            ObjectSettings settings) {
        this.buckets = buckets;
        map = new BucketMap(buckets);
        this.chains = chains;
        this.wallMillis = wallMillis;
        Blocks blocks = new Blocks(vertx, chains, settings);
        ingest = new Ingest(blocks, settings);
        outlet = new Outlet(chains, settings);
        shardWrites = new ShardWrites(vertx, map, chains);
        writes = new VersionWrites(vertx, map, chains, shardWrites);
        uploads = new Uploads(chains, map, shardWrites, ingest, blocks, wallMillis);
        shards = new BucketShards(vertx, buckets, map, chains);
    }

    @Override
    public Optional<Credential> credential(String keyId, ReadLevel level) {
        return buckets.credential(keyId, level);
    }

    @Override
    public Optional<UserRecord> user(String id, ReadLevel level) {
        return buckets.user(id, level);
    }

    @Override
    public Optional<BucketRecord> bucket(String name, ReadLevel level) {
        return buckets.bucket(name, level).filter(ChainObjectStorage::isActive);
    }

    @Override
    public List<BucketRecord> buckets() {
        return buckets.buckets().stream().filter(ChainObjectStorage::isActive).toList();
    }

    private static boolean isActive(BucketRecord bucket) {
        return bucket.state() == BucketState.ACTIVE;
    }

    @Override
    public Future<BucketRecord> createBucket(String name, String ownerId) {
        return shards.create(name, ownerId);
    }

    @Override
    public Future<Void> deleteBucket(BucketRecord bucket) {
        return shards.delete(bucket);
    }

    @Override
    public Future<Void> setVersioning(BucketRecord bucket, BucketVersioning versioning) {
        return shards.setVersioning(bucket, versioning);
    }

    private static ChainId home(BucketRecord bucket, Bytes key) {
        return bucket.shardOf(key).chain();
    }

    @Override
    public Future<StoredObject> put(BucketRecord bucket, Bytes key, long lengthBytes,
            ReadStream<Buffer> body, LongFunction<ObjectAttributes> complete,
            PutCondition condition) {
        return ingest.take(owner(bucket, key), lengthBytes, body)
                .compose(taken -> name(bucket, key, taken, complete, condition));
    }

    @Override
    public Future<StoredObject> putToTheEnd(BucketRecord bucket, Bytes key,
            ReadStream<Buffer> body, LongFunction<ObjectAttributes> complete,
            PutCondition condition) {
        return ingest.takeToTheEnd(owner(bucket, key), body)
                .compose(taken -> name(bucket, key, taken, complete, condition));
    }

    private BlockOwner owner(BucketRecord bucket, Bytes key) {
        return new BlockOwner(RecordKeys.object(bucket.id(), key), home(bucket, key).value(),
                wallMillis.getAsLong());
    }

    /// Makes bytes that were taken in an object.
    private Future<StoredObject> name(BucketRecord bucket, Bytes key, Ingest.Taken taken,
            LongFunction<ObjectAttributes> complete, PutCondition condition) {
        ObjectAttributes attributes =
                ingest.orCleanUp(taken, () -> complete.apply(taken.lengthBytes()));
        long nowMillis = wallMillis.getAsLong();
        Located located = new Located(ingest, taken);
        return ingest.orCleanUp(taken, writes.write(bucket, key, (home, state) ->
                located.at(home.chain()).compose(location -> {
                    GuardedWrite write = home.write();
                    Manifest stored = state.put(write, new Manifest(
                            taken.lengthBytes(), nowMillis, attributes, location), condition);
                    return write.run().map(_ -> stored.toObject(key));
                })));
    }

    @Override
    public Future<KeyContent> lookUp(
            BucketRecord bucket, Bytes key, Optional<VersionId> version, ReadLevel level) {
        boolean versioned = bucket.versioning() != BucketVersioning.NEVER;
        return map.read(bucket, level, now -> home(now, key), home -> {
            VersionReads reads = new VersionReads(chains, home, bucket.id(), key, level);
            return version.map(reads::version).orElseGet(() -> reads.latest(versioned));
        });
    }

    @Override
    public Future<Void> read(BucketRecord bucket, StoredObject object, long offset, long length,
            WriteStream<Buffer> out, ReadLevel level) {
        return outlet.write((Location) object.content(), offset,
                Math.min(object.sizeBytes(), offset + length), out, level);
    }

    @Override
    public Future<List<Optional<Checksum>>> partChecksums(
            StoredObject object, int from, int to, ReadLevel level) {
        return object.content() instanceof Location.Parts parts
                ? new PartChecksums(chains, parts, from, to, level).run()
                : Future.succeededFuture(List.of());
    }

    @Override
    public Future<Deletion> delete(BucketRecord bucket, Bytes key, Optional<String> ifMatch) {
        return writes.write(bucket, key, (home, state) -> {
            GuardedWrite write = home.write();
            Deletion deletion = state.delete(write, ifMatch, wallMillis.getAsLong());
            return write.run().map(deletion);
        });
    }

    @Override
    public Future<Deletion> deleteVersion(
            BucketRecord bucket, Bytes key, VersionId version, Optional<String> ifMatch) {
        return new VersionDeletion(chains, writes, bucket, key, version, ifMatch).run();
    }

    @Override
    public Future<VersionListing> listVersions(
            BucketRecord bucket, VersionsRequest request, ReadLevel level) {
        return map.read(bucket, level, BucketMap::shown, shown ->
                new VersionLister(chains, bucket.id(), shown, request, level).run());
    }

    @Override
    public Future<Listing> list(
            BucketRecord bucket, ListingRequest request, ReadLevel level) {
        return map.read(bucket, level, BucketMap::shown, shown ->
                new ObjectLister(chains, bucket.id(), shown, request, level).run());
    }

    @Override
    public Future<Usage> usage(BucketRecord bucket, ReadLevel level) {
        return map.read(bucket, level, BucketMap::shown,
                shown -> usage(bucket.id(), shown, level));
    }

    private Future<Usage> usage(
            long bucketId, SortedMap<ChainId, Slots> shown, ReadLevel level) {
        List<Future<Usage>> parts = shown.entrySet().stream().map(each -> chains.usage(
                each.getKey(), ChargeScopes.of(bucketId, each.getValue()), level)).toList();
        return Future.all(parts).map(_ -> parts.stream().map(Future::result)
                .reduce(Usage.NONE, Usage::plus));
    }

    @Override
    public Future<Upload> createUpload(BucketRecord bucket, Bytes key, ObjectAttributes attributes,
            String checksumAlgorithm, String checksumType) {
        return uploads.create(bucket, key, attributes, checksumAlgorithm, checksumType);
    }

    @Override
    public Future<Optional<Upload>> findUpload(BucketRecord bucket, Bytes key, String uploadId) {
        return uploads.find(bucket, key, uploadId);
    }

    @Override
    public Future<UploadPart> putPart(BucketRecord bucket, Upload upload, int number,
            long lengthBytes, ReadStream<Buffer> body, LongFunction<ObjectAttributes> complete) {
        return uploads.putPart(bucket, upload, number, lengthBytes, body, complete);
    }

    @Override
    public Future<List<UploadPart>> listParts(
            BucketRecord bucket, Upload upload, int afterNumber, int most) {
        return uploads.listParts(bucket, upload, afterNumber, most);
    }

    @Override
    public Future<StoredObject> completeUpload(BucketRecord bucket, Upload upload,
            List<PartChoice> parts, Function<List<UploadPart>, ObjectAttributes> attributes,
            PutCondition condition) {
        return new UploadCompletion(chains, shardWrites, writes, bucket, upload, parts,
                attributes, condition, wallMillis.getAsLong()).run();
    }

    @Override
    public Future<Void> abortUpload(BucketRecord bucket, Upload upload) {
        return uploads.abort(bucket, upload);
    }

    @Override
    public Future<UploadListing> listUploads(BucketRecord bucket, Bytes prefix, Bytes delimiter,
            Bytes keyMarker, String uploadIdMarker, int most) {
        return map.read(bucket, ReadLevel.STRONG, BucketMap::shown, shown ->
                new UploadLister(chains, bucket.id(), shown, prefix, delimiter, most)
                        .run(keyMarker, uploadIdMarker));
    }
}
