package io.catena.client.object;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/// Objects on chains, as gateway and console use them. Futures fail with [StorageException]. Every
/// method is called on an event loop and answers on it; none blocks.
public interface ObjectStorage extends Users {
    /// The bucket of this name, by the cluster's state of now, or an earlier one as for
    /// [#credential].
    ///
    /// @throws StorageException UNAVAILABLE as for [#credential]
    Optional<BucketRecord> bucket(String name, ReadLevel level);

    /// The bucket of this name, by the cluster's state of now.
    ///
    /// @throws StorageException UNAVAILABLE as for [#credential]
    default Optional<BucketRecord> bucket(String name) {
        return bucket(name, ReadLevel.STRONG);
    }

    /// All buckets, by name.
    List<BucketRecord> buckets();

    /// Makes a bucket; it exists at every gateway when the future completes. Fails with
    /// BUCKET_EXISTS.
    Future<BucketRecord> createBucket(String name, String ownerId);

    /// Says whether the bucket keeps versions (decision 0009); every gateway acts on it when the
    /// future completes, and no write that began before overwrites what has a version id.
    ///
    /// @param versioning ENABLED or SUSPENDED
    Future<Void> setVersioning(BucketRecord bucket, BucketVersioning versioning);

    /// Removes a bucket. Fails with BUCKET_NOT_EMPTY while it holds an object, a version, a delete
    /// marker or an upload.
    Future<Void> deleteBucket(BucketRecord bucket);

    /// Stores an object. `body` is paused when this is called and is read to its end with
    /// backpressure; memory stays bounded whatever its length.
    ///
    /// @param lengthBytes how long the body is; a body of another length fails the put
    /// @param complete called with the number of bytes after the last of them, before anything
    ///     becomes visible; gives the attributes, or throws to refuse the object (that exception
    ///     fails the put)
    Future<StoredObject> put(
            BucketRecord bucket,
            Bytes key,
            long lengthBytes,
            ReadStream<Buffer> body,
            LongFunction<ObjectAttributes> complete,
            PutCondition condition);

    /// As [#put], of a body whose length nobody knows before its end.
    Future<StoredObject> putToTheEnd(
            BucketRecord bucket,
            Bytes key,
            ReadStream<Buffer> body,
            LongFunction<ObjectAttributes> complete,
            PutCondition condition);

    /// What this key is, or a version of it, as fresh as the level says.
    ///
    /// @param version empty: the latest one
    Future<KeyContent> lookUp(
            BucketRecord bucket, Bytes key, Optional<VersionId> version, ReadLevel level);

    /// The object of this key, if any, as fresh as the level says.
    default Future<Optional<StoredObject>> find(BucketRecord bucket, Bytes key, ReadLevel level) {
        return lookUp(bucket, key, Optional.empty(), level).map(content ->
                content instanceof KeyContent.Held(StoredObject object)
                        ? Optional.of(object) : Optional.empty());
    }

    /// The object of this key, if any: linearizable.
    default Future<Optional<StoredObject>> find(BucketRecord bucket, Bytes key) {
        return find(bucket, key, ReadLevel.STRONG);
    }

    /// Streams bytes `offset` to `offset + length` of an object to `out`, with backpressure,
    /// without ending `out`. Completes when all are written; fails when they cannot be had.
    ///
    /// @param level as the object was found: parts are looked up at it
    Future<Void> read(
            BucketRecord bucket, StoredObject object, long offset, long length,
            WriteStream<Buffer> out, ReadLevel level);

    /// Streams bytes of an object that was found strongly.
    default Future<Void> read(
            BucketRecord bucket, StoredObject object, long offset, long length,
            WriteStream<Buffer> out) {
        return read(bucket, object, offset, length, out, ReadLevel.STRONG);
    }

    /// The checksums that parts of a multipart object were uploaded with, in the object's order.
    ///
    /// @param from index in [StoredObject#partSizes] of the first, `to` behind the last of them
    /// @param level as the object was found
    Future<List<Optional<Checksum>>> partChecksums(
            StoredObject object, int from, int to, ReadLevel level);

    /// Removes an object; of a key that holds nothing too, without effect. In a bucket that keeps
    /// versions, a delete marker becomes the latest one.
    ///
    /// @param ifMatch only the object with this ETag (without quotes)
    Future<Deletion> delete(BucketRecord bucket, Bytes key, Optional<String> ifMatch);

    /// Removes a version for good; of one that is not there too, without effect.
    ///
    /// @param ifMatch only a version with this ETag (without quotes)
    Future<Deletion> deleteVersion(
            BucketRecord bucket, Bytes key, VersionId version, Optional<String> ifMatch);

    /// A page of objects: each shard's part as fresh as the level says; strong: linearizable for
    /// each shard.
    Future<Listing> list(BucketRecord bucket, ListingRequest request, ReadLevel level);

    /// A page of versions, as fresh as for [#list].
    Future<VersionListing> listVersions(
            BucketRecord bucket, VersionsRequest request, ReadLevel level);

    /// What the bucket's objects come to: keys whose latest version is an object, versions that are
    /// objects, and the bytes of all of those; uploads under way do not count. Exact, and each
    /// shard's part as fresh as the level says; strong: linearizable for each shard.
    Future<Usage> usage(BucketRecord bucket, ReadLevel level);

    /// Starts a multipart upload.
    Future<Upload> createUpload(
            BucketRecord bucket,
            Bytes key,
            ObjectAttributes attributes,
            String checksumAlgorithm,
            String checksumType);

    /// The upload, if it is under way.
    Future<Optional<Upload>> findUpload(BucketRecord bucket, Bytes key, String uploadId);

    /// Stores a part, in place of an earlier one of the same number. As [#put]; of the attributes
    /// only ETag and checksum are kept. Fails with NO_SUCH_UPLOAD.
    Future<UploadPart> putPart(
            BucketRecord bucket,
            Upload upload,
            int number,
            long lengthBytes,
            ReadStream<Buffer> body,
            LongFunction<ObjectAttributes> complete);

    /// Parts with numbers greater than `afterNumber`, in order, at most `most` (0 to 1,001).
    Future<List<UploadPart>> listParts(
            BucketRecord bucket, Upload upload, int afterNumber, int most);

    /// Makes the chosen parts, in this order, one object. Fails with INVALID_PART, NO_SUCH_UPLOAD;
    /// an exception thrown by `attributes` fails it too. A repeated completion that had succeeded
    /// succeeds again with the same object.
    ///
    /// @param attributes given all chosen parts, decides ETag and checksum or refuses (sizes, ...)
    Future<StoredObject> completeUpload(
            BucketRecord bucket,
            Upload upload,
            List<PartChoice> parts,
            Function<List<UploadPart>, ObjectAttributes> attributes,
            PutCondition condition);

    /// Gives the upload and its parts up. Fails with NO_SUCH_UPLOAD.
    Future<Void> abortUpload(BucketRecord bucket, Upload upload);

    /// Uploads under way whose (key, upload id) is greater than the markers.
    Future<UploadListing> listUploads(
            BucketRecord bucket,
            Bytes prefix,
            Bytes delimiter,
            Bytes keyMarker,
            String uploadIdMarker,
            int most);

    /// A part as the client names it at completion.
    record PartChoice(int number, String etag) {}
}
