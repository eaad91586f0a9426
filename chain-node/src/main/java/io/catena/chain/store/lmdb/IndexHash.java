package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.IndexDigest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Hashes records of an index: the first 16 bytes of SHA-256 over
///
/// ```
/// key length i32 · key · record as in IndexRecord
/// ```
///
/// A tombstone is no content and counts as nothing: it stands only where a copy runs. Used by one
/// thread at a time.
final class IndexHash {
    private final MessageDigest sha256;
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);

    IndexHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The digest of an index that holds just this record; `record` is left as it was.
    IndexDigest of(Bytes key, ByteBuffer record) {
        if (record.get(record.position()) == IndexRecord.TOMBSTONE) {
            return IndexDigest.EMPTY;
        }
        sha256.update(length.clear().putInt(key.length()).flip());
        sha256.update(key.unsafeArray());
        sha256.update(record.duplicate());
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
        return new IndexDigest(1, hash.getLong(), hash.getLong());
    }
}
