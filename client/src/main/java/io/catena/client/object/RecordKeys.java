package io.catena.client.object;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.wire.GarbageWire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Keys of the records that the object layer keeps on chains. Numbers are big-endian.
///
/// ```
/// b  block id i64 i64                            block: its body, its owner (BlockOwner)
/// c  bucket id i64 · upload id                   a completed upload, for retries (Completion)
/// h  bucket id i64 · key                         which versions the key had (History)
/// o  bucket id i64 · key                         object, the latest one (Manifest)
/// p  bucket id i64 · upload id · number u16      part (Manifest)
/// m  bucket id i64 · slot from u16 · record key  marker: a shard that moves changed there
/// s  bucket id i64                               the bucket's only shard (ShardState)
/// s  bucket id i64 · slot from u16 · slot to u16 one of its shards (ShardState)
/// u  bucket id i64 · escaped key · 0x00 0x01 · upload id     upload under way (UploadWire)
/// v  bucket id i64 · escaped key · 0x00 0x01 · i64           version: 2^63 - 1 less its number,
///                                                so that the newest comes first (Manifest)
/// w  bucket id i64                               the bucket has versions, or is about to
/// z  ...                                         garbage, made by the chain (GarbageWire)
/// ```
///
/// Upload ids are 32 hexadecimal digits. In an escaped key 0x00 is escaped as 0x00 0xff, so that
/// keys with zero bytes keep their order and their end is never in doubt. An object, its
/// versions, its uploads and their parts share a chain; parts of an object stay where it was made.
final class RecordKeys {
    static final int UPLOAD_ID_LENGTH = 32;
    static final Bytes BLOCKS = Bytes.utf8("b");
    static final Bytes COMPLETIONS = Bytes.utf8("c");
    static final Bytes GARBAGE = GarbageWire.PREFIX;

    /// In front of what makes keys of records differ in a bucket.
    static final int BUCKET_PREFIX_BYTES = 9;
    private static final int UPLOAD_SUFFIX_BYTES = 2 + UPLOAD_ID_LENGTH;
    private static final int VERSION_SUFFIX_BYTES = 2 + Long.BYTES;
    private static final Bytes KEY_END = Bytes.wrap(new byte[] {0, 1});
    private static final Bytes BEHIND_KEY = Bytes.wrap(new byte[] {0, 2});

    private RecordKeys() {}

    private static Bytes ofBucket(char tag, long bucketId, byte[] rest) {
        return Bytes.wrap(ByteBuffer.allocate(BUCKET_PREFIX_BYTES + rest.length)
                .put((byte) tag).putLong(bucketId).put(rest).array());
    }

    static char tag(Bytes recordKey) {
        return (char) (recordKey.at(0) & 0xff);
    }

    static long bucketId(Bytes recordKey) {
        return ByteBuffer.wrap(recordKey.unsafeArray(), 1, Long.BYTES).getLong();
    }

    static Bytes shard(long bucketId, ShardRecord shard) {
        boolean whole = shard.slotTo() - shard.slotFrom() == Slots.COUNT;
        return ofBucket('s', bucketId, whole ? new byte[0] : ByteBuffer.allocate(4)
                .putShort((short) shard.slotFrom()).putShort((short) shard.slotTo()).array());
    }

    /// Says on a chain in what state the shard is there.
    static Mutation putShard(
            long bucketId, String bucketName, ShardRecord shard, ShardState state) {
        return new Mutation.Put(shard(bucketId, shard), state.tag(), Bytes.utf8(bucketName),
                Optional.empty(), false, true);
    }

    /// Prefix of the markers of a shard: the key of the record that was changed follows.
    static Bytes markers(long bucketId, ShardRecord shard) {
        return ofBucket('m', bucketId,
                ByteBuffer.allocate(2).putShort((short) shard.slotFrom()).array());
    }

    static Bytes recordOfMarker(Bytes marker) {
        return marker.slice(BUCKET_PREFIX_BYTES + 2, marker.length());
    }

    static Bytes completions(long bucketId) {
        return ofBucket('c', bucketId, new byte[0]);
    }

    static String uploadOfPart(Bytes recordKey) {
        return recordKey.slice(
                BUCKET_PREFIX_BYTES, BUCKET_PREFIX_BYTES + UPLOAD_ID_LENGTH).toUtf8();
    }

    static String uploadOfUpload(Bytes recordKey) {
        return recordKey.slice(
                recordKey.length() - UPLOAD_ID_LENGTH, recordKey.length()).toUtf8();
    }

    static Bytes object(long bucketId, Bytes key) {
        return ofBucket('o', bucketId, key.unsafeArray());
    }

    static Bytes keyOfObject(Bytes recordKey) {
        return recordKey.slice(BUCKET_PREFIX_BYTES, recordKey.length());
    }

    /// Prefix of all uploads whose keys start with `keyPrefix`.
    static Bytes uploads(long bucketId, Bytes keyPrefix) {
        return ofBucket('u', bucketId, escaped(keyPrefix));
    }

    static Bytes upload(long bucketId, Bytes key, String uploadId) {
        return uploads(bucketId, key).concat(KEY_END)
                .concat(Bytes.utf8(uploadId));
    }

    /// Behind all uploads of `key`, before those of any greater key.
    static Bytes behindUploads(long bucketId, Bytes key) {
        return uploads(bucketId, key).concat(BEHIND_KEY);
    }

    static Bytes keyOfUpload(Bytes recordKey) {
        return unescaped(recordKey, UPLOAD_SUFFIX_BYTES);
    }

    /// Prefix of the versions of all keys that start with `keyPrefix`.
    static Bytes versions(long bucketId, Bytes keyPrefix) {
        return ofBucket('v', bucketId, escaped(keyPrefix));
    }

    /// Prefix of the versions of a key.
    static Bytes versionsOf(long bucketId, Bytes key) {
        return versions(bucketId, key).concat(KEY_END);
    }

    static Bytes version(long bucketId, Bytes key, long number) {
        return versionsOf(bucketId, key).concat(Bytes.wrap(
                ByteBuffer.allocate(Long.BYTES).putLong(Long.MAX_VALUE - number).array()));
    }

    /// Behind all versions of `key`, before those of any greater key.
    static Bytes behindVersions(long bucketId, Bytes key) {
        return versions(bucketId, key).concat(BEHIND_KEY);
    }

    static Bytes keyOfVersion(Bytes recordKey) {
        return unescaped(recordKey, VERSION_SUFFIX_BYTES);
    }

    static long numberOfVersion(Bytes recordKey) {
        return Long.MAX_VALUE - ByteBuffer.wrap(recordKey.unsafeArray(),
                recordKey.length() - Long.BYTES, Long.BYTES).getLong();
    }

    static Bytes history(long bucketId, Bytes key) {
        return ofBucket('h', bucketId, key.unsafeArray());
    }

    static Bytes versioned(long bucketId) {
        return ofBucket('w', bucketId, new byte[0]);
    }

    private static Bytes unescaped(Bytes recordKey, int suffixBytes) {
        byte[] bytes = recordKey.unsafeArray();
        ByteArrayOutputStream key = new ByteArrayOutputStream(bytes.length);
        for (int i = BUCKET_PREFIX_BYTES; i < bytes.length - suffixBytes; i++) {
            key.write(bytes[i]);
            if (bytes[i] == 0) {
                i++;
            }
        }
        return Bytes.wrap(key.toByteArray());
    }

    private static byte[] escaped(Bytes key) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(key.length() + 8);
        for (byte one : key.unsafeArray()) {
            out.write(one);
            if (one == 0) {
                out.write(0xff);
            }
        }
        return out.toByteArray();
    }

    static boolean isUploadId(String text) {
        return text.length() == UPLOAD_ID_LENGTH && text.chars().allMatch(
                digit -> digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f');
    }

    /// Prefix of all parts of an upload.
    static Bytes parts(long bucketId, String uploadId) {
        return ofBucket('p', bucketId, uploadId.getBytes(StandardCharsets.US_ASCII));
    }

    static Bytes part(long bucketId, String uploadId, int number) {
        return parts(bucketId, uploadId)
                .concat(Bytes.wrap(new byte[] {(byte) (number >> 8), (byte) number}));
    }

    static int numberOfPart(Bytes recordKey) {
        int end = recordKey.length();
        return (recordKey.at(end - 2) & 0xff) << 8 | recordKey.at(end - 1) & 0xff;
    }

    static Bytes completion(long bucketId, String uploadId) {
        return ofBucket('c', bucketId, uploadId.getBytes(StandardCharsets.US_ASCII));
    }

    static Bytes block(BodyId id) {
        return Bytes.wrap(ByteBuffer.allocate(17)
                .put((byte) 'b').putLong(id.high()).putLong(id.low()).array());
    }
}
