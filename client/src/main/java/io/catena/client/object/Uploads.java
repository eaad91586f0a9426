package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.cluster.BucketRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Multipart uploads until their completion (see [UploadCompletion]). An upload's record is what
/// its parts hang on: it says that they are wanted, and when it is deleted it becomes the garbage
/// that they are found by.
final class Uploads {
    private final Chains chains;
    private final BucketMap map;
    private final ShardWrites writes;
    private final Ingest ingest;
    private final Blocks blocks;
    private final LongSupplier wallMillis;

    Uploads(Chains chains, BucketMap map, ShardWrites writes, Ingest ingest, Blocks blocks,
            LongSupplier wallMillis) {
        this.chains = chains;
        this.map = map;
        this.writes = writes;
        this.ingest = ingest;
        this.blocks = blocks;
        this.wallMillis = wallMillis;
    }

    static Bytes recordKey(BucketRecord bucket, Upload upload) {
        return RecordKeys.upload(bucket.id(), upload.key(), upload.uploadId());
    }

    private static Mutation.Put put(BucketRecord bucket, Upload upload) {
        return new Mutation.Put(recordKey(bucket, upload), Bytes.EMPTY,
                UploadWire.encode(upload), Optional.empty(), true, false);
    }

    Future<Upload> create(BucketRecord bucket, Bytes key, ObjectAttributes attributes,
            String checksumAlgorithm, String checksumType) {
        String uploadId = UUID.randomUUID().toString().replace("-", "");
        Upload upload = new Upload(key, uploadId, wallMillis.getAsLong(), attributes,
                checksumAlgorithm, checksumType);
        return writes.write(bucket, key, home ->
                home.write().change(put(bucket, upload)).run().map(upload));
    }

    Future<Optional<Upload>> find(BucketRecord bucket, Bytes key, String uploadId) {
        if (!RecordKeys.isUploadId(uploadId)) {
            return Future.succeededFuture(Optional.empty());
        }
        Bytes recordKey = RecordKeys.upload(bucket.id(), key, uploadId);
        return read(bucket, key, home -> chains.get(home, recordKey)
                .map(found -> found.map(version -> UploadWire.decode(version.value()))));
    }

    private <T> Future<T> read(
            BucketRecord bucket, Bytes key, Function<ChainId, Future<T>> read) {
        return map.read(bucket, ReadLevel.STRONG, now -> now.shardOf(key).chain(), read);
    }

    Future<UploadPart> putPart(BucketRecord bucket, Upload upload, int number, long lengthBytes,
            ReadStream<Buffer> body, LongFunction<ObjectAttributes> complete) {
        long now = wallMillis.getAsLong();
        Bytes partKey = RecordKeys.part(bucket.id(), upload.uploadId(), number);
        BlockOwner owner = new BlockOwner(
                partKey, bucket.shardOf(upload.key()).chain().value(), now);
        return ingest.take(owner, lengthBytes, body).compose(taken -> {
            ObjectAttributes attributes =
                    ingest.orCleanUp(taken, () -> complete.apply(lengthBytes));
            return ingest.orCleanUp(taken, writes.write(bucket, upload.key(), home ->
                    ingest.locate(taken, home.chain()).compose(location -> put(home, bucket,
                            upload, partKey, new Manifest(lengthBytes, now, attributes, location)))
                    ))
                    .map(_ -> new UploadPart(number, lengthBytes, now, attributes.etag(),
                            attributes.checksum()));
        });
    }

    /// The upload's record is put again as it is, for its new position: a completion that looked at
    /// the parts before this one came is refused and looks again.
    private static Future<Void> put(ShardHome home, BucketRecord bucket, Upload upload,
            Bytes partKey, Manifest manifest) {
        return home.write()
                .when(new Condition.Present(recordKey(bucket, upload)),
                        StorageException.Kind.NO_SUCH_UPLOAD)
                .change(manifest.putPart(partKey)).change(put(bucket, upload)).run();
    }

    Future<List<UploadPart>> listParts(
            BucketRecord bucket, Upload upload, int afterNumber, int most) {
        return read(bucket, upload.key(), home ->
                listParts(chains, home, bucket, upload, afterNumber, most));
    }

    /// As they are on one chain.
    static Future<List<UploadPart>> listParts(Chains chains, ChainId home, BucketRecord bucket,
            Upload upload, int afterNumber, int most) {
        List<UploadPart> parts = new ArrayList<>();
        Bytes prefix = RecordKeys.parts(bucket.id(), upload.uploadId());
        Bytes[] from = {RecordKeys.part(bucket.id(), upload.uploadId(), afterNumber + 1)};
        if (most == 0 || afterNumber >= 0xffff) {
            return Future.succeededFuture(parts);
        }
        return Loop.repeat(() -> {
            int wanted = Math.min(most - parts.size(), ScanRange.ENTRIES_MAX);
            ScanRange range = new ScanRange(prefix, from[0], Bytes.EMPTY, wanted,
                    Manifest.SUMMARY_BYTES, ScanRange.PAGE_BYTES_MAX);
            return chains.scan(home, range).map(page -> {
                page.entries().forEach(entry -> parts.add(part((ScanEntry.Item) entry)));
                page.next().ifPresent(next -> from[0] = next);
                return page.next().isPresent() && parts.size() < most;
            });
        }).map(parts);
    }

    private static UploadPart part(ScanEntry.Item item) {
        Manifest.Summary summary = Manifest.summary(item.version().value());
        return new UploadPart(RecordKeys.numberOfPart(item.key()), summary.sizeBytes(),
                summary.modifiedMillis(), summary.etag(), summary.checksum());
    }

    /// The upload goes at once; its parts are found as garbage, and mostly deleted right after.
    Future<Void> abort(BucketRecord bucket, Upload upload) {
        Bytes key = recordKey(bucket, upload);
        return writes.write(bucket, upload.key(), home -> home.write()
                .when(new Condition.Present(key), StorageException.Kind.NO_SUCH_UPLOAD)
                .change(new Mutation.Delete(key, true)).run()
                .onSuccess(_ -> blocks.cleanUpParts(
                        home.chain(), bucket.id(), upload.uploadId())));
    }
}
