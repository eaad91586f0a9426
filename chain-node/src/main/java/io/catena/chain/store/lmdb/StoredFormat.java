package io.catena.chain.store.lmdb;

import io.catena.chain.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Which format a disk is written in. The row that says so keeps its form in every format from 2
/// on, so that a program knows a later one when it sees it:
///
/// ```
/// "format" -> version u8 · CRC32C of "format" and version
/// ```
///
/// | version | what changed |
/// |---|---|
/// | 1 | the first; rows without checksums, no digest of the index; nobody's data, not read |
/// | 2 | each row has its checksum; ShelfRecord has the index' digest |
final class StoredFormat {
    static final int VERSION = 2;

    private static final byte[] KEY = "format".getBytes(StandardCharsets.UTF_8);
    private static final int UNVERIFIED_ROW_BYTES = 1;

    private StoredFormat() {}

    static void write(Tx tx, Table meta) {
        meta.put(tx, KEY, new byte[] {VERSION});
    }

    /// Called before any other row is looked at.
    ///
    /// @throws StoreException when the disk is of a format that this program does not read
    /// @throws DamageException when there is no telling
    static void check(Tx tx, Table meta) {
        Optional<byte[]> row = meta.raw(tx, KEY);
        if (row.isEmpty()) {
            requireEmpty(tx, meta);
            return;
        }
        int version = row.get().length == UNVERIFIED_ROW_BYTES ? row.get()[0]
                : RowCrc.verified(ByteBuffer.wrap(KEY), ByteBuffer.wrap(row.get())).get(0);
        // A former format that is still to be read gets its case here, and is rewritten in this
        // transaction.
        switch (version) {
            case VERSION -> { }
            case 1 -> throw new StoreException(
                    "the disk has format 1, of before the first release; not read any more", null);
            default -> throw new StoreException("the disk has format " + version
                    + ", this program reads " + VERSION + ": use the newer one", null);
        }
    }

    private static void requireEmpty(Tx tx, Table meta) {
        if (meta.count(tx) > 0) {
            throw new DamageException("the disk does not say what format it has");
        }
    }
}
