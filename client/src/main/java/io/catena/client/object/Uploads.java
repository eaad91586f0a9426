package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
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
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Multipart uploads until their completion (see [UploadCompletion]). An upload's record is what
/// its parts hang on: it says that they are wanted, and when it is deleted it becomes the garbage
/// that they are found by.
final class Uploads {
    private final Chains chains;
    private final Ingest ingest;
    private final Blocks blocks;
    private final LongSupplier wallMillis;

    Uploads(Chains chains, Ingest ingest, Blocks blocks, LongSupplier wallMillis) {
        this.chains = chains;
        this.ingest = ingest;
        this.blocks = blocks;
        this.wallMillis = wallMillis;
    }

    static ChainId home(BucketRecord bucket, Upload upload) {
        return bucket.shardOf(upload.key()).chain();
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
        return new GuardedWrite(chains, home(bucket, upload)).inBucket(bucket)
                .change(put(bucket, upload)).run().map(upload);
    }

    Future<Optional<Upload>> find(BucketRecord bucket, Bytes key, String uploadId) {
        if (!RecordKeys.isUploadId(uploadId)) {
            return Future.succeededFuture(Optional.empty());
        }
        Bytes recordKey = RecordKeys.upload(bucket.id(), key, uploadId);
        return chains.get(bucket.shardOf(key).chain(), recordKey)
                .map(found -> found.map(version -> UploadWire.decode(version.value())));
    }

    Future<UploadPart> putPart(BucketRecord bucket, Upload upload, int number, long lengthBytes,
            ReadStream<Buffer> body, LongFunction<ObjectAttributes> complete) {
        ChainId home = home(bucket, upload);
        long now = wallMillis.getAsLong();
        Bytes partKey = RecordKeys.part(bucket.id(), upload.uploadId(), number);
        BlockOwner owner = new BlockOwner(partKey, home.value(), now);
        return ingest.store(home, owner, lengthBytes, body).compose(location -> {
            ObjectAttributes attributes = blocks.orCleanUp(
                    location, () -> complete.apply(lengthBytes));
            Manifest manifest = new Manifest(lengthBytes, now, attributes, location);
            // The upload's record is put again as it is, for its new position: a completion that
            // looked at the parts before this one came is refused and looks again.
            return blocks.orCleanUp(location, new GuardedWrite(chains, home)
                    .when(new Condition.Present(recordKey(bucket, upload)),
                            StorageException.Kind.NO_SUCH_UPLOAD)
                    .change(manifest.putPart(partKey)).change(put(bucket, upload)).run())
                    .map(_ -> new UploadPart(number, lengthBytes, now, attributes.etag(),
                            attributes.checksum()));
        });
    }

    Future<List<UploadPart>> listParts(
            BucketRecord bucket, Upload upload, int afterNumber, int most) {
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
            return chains.scan(home(bucket, upload), range).map(page -> {
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
        ChainId home = home(bucket, upload);
        Bytes key = recordKey(bucket, upload);
        return new GuardedWrite(chains, home)
                .when(new Condition.Present(key), StorageException.Kind.NO_SUCH_UPLOAD)
                .change(new Mutation.Delete(key, true)).run()
                .onSuccess(_ -> blocks.cleanUpParts(home, bucket.id(), upload.uploadId()));
    }
}
