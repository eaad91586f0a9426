package io.catena.client.object;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.wire.GarbageWire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Keys of the records that the object layer keeps on chains. Numbers are big-endian.
///
/// ```
/// b  block id i64 i64                            block: its body, its owner (BlockOwner)
/// c  bucket id i64 · upload id                   a completed upload, for retries (Completion)
/// o  bucket id i64 · key                         object (Manifest)
/// p  bucket id i64 · upload id · number u16      part (Manifest)
/// s  bucket id i64                               the bucket's shard on this chain is open
/// u  bucket id i64 · escaped key · 0x00 0x01 · upload id     upload under way (UploadWire)
/// z  ...                                         garbage, made by the chain (GarbageWire)
/// ```
///
/// Upload ids are 32 hexadecimal digits. In an upload's key 0x00 is escaped as 0x00 0xff, so that
/// keys with zero bytes keep their order and their end is never in doubt. An object and its uploads
/// and parts share a chain.
final class RecordKeys {
    static final int UPLOAD_ID_LENGTH = 32;
    static final Bytes BLOCKS = Bytes.utf8("b");
    static final Bytes COMPLETIONS = Bytes.utf8("c");
    static final Bytes GARBAGE = GarbageWire.PREFIX;

    private static final int BUCKET_PREFIX_BYTES = 9;
    private static final int UPLOAD_SUFFIX_BYTES = 2 + UPLOAD_ID_LENGTH;

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

    static Bytes shard(long bucketId) {
        return ofBucket('s', bucketId, new byte[0]);
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
        return uploads(bucketId, key).concat(Bytes.wrap(new byte[] {0, 1}))
                .concat(Bytes.utf8(uploadId));
    }

    /// Behind all uploads of `key`, before those of any greater key.
    static Bytes behindUploads(long bucketId, Bytes key) {
        return uploads(bucketId, key).concat(Bytes.wrap(new byte[] {0, 2}));
    }

    static Bytes keyOfUpload(Bytes recordKey) {
        byte[] bytes = recordKey.unsafeArray();
        ByteArrayOutputStream key = new ByteArrayOutputStream(bytes.length);
        for (int i = BUCKET_PREFIX_BYTES; i < bytes.length - UPLOAD_SUFFIX_BYTES; i++) {
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
