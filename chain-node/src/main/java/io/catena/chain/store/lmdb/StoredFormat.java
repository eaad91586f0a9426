package io.catena.chain.store.lmdb;

import io.catena.chain.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

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
/// | 2 | each row has its checksum; ShelfRecord has the index' digest, `usage` sums |
/// | 3 | records as of the first split shards, see docs/formats.md; rows as in 2, which is read |
/// | 4 | records of versions, see docs/formats.md; rows as in 2, and 2 and 3 are read |
final class StoredFormat {
    static final int VERSION = 4;

    private static final byte[] IDENTITY = "identity".getBytes(StandardCharsets.UTF_8);
    private static final int IDENTITY_BYTES = 16;
    private static final byte[] KEY = "format".getBytes(StandardCharsets.UTF_8);
    private static final int UNVERIFIED_ROW_BYTES = 1;

    private StoredFormat() {}

    /// On an empty disk: which one it is, and that it is of this format.
    static void begin(Tx tx, Table meta) {
        byte[] identity = new byte[IDENTITY_BYTES];
        new SecureRandom().nextBytes(identity);
        meta.put(tx, IDENTITY, identity);
        meta.put(tx, KEY, new byte[] {VERSION});
    }

    /// The disk was checked, and may now get what programs that know only former formats would not
    /// understand.
    static void begunAnew(Tx tx, Table meta) {
        meta.put(tx, KEY, new byte[] {VERSION});
    }

    static String identity(Tx tx, Table meta) {
        return meta.get(tx, IDENTITY).map(HexFormat.of()::formatHex)
                .orElseThrow(() -> new DamageException("the disk does not say which one it is"));
    }

    /// Called before any other row is looked at.
    ///
    /// @throws StoreException when the disk is of a format that this program does not read
    /// @throws DamageException when there is no telling
    static void check(Tx tx, Table meta) {
        byte[] row = meta.raw(tx, KEY).orElseThrow(
                () -> new DamageException("the disk does not say what format it has"));
        int version = row.length == UNVERIFIED_ROW_BYTES ? row[0]
                : RowCrc.verified(ByteBuffer.wrap(KEY), ByteBuffer.wrap(row)).get(0);
        switch (version) {
            // Of 2 and 3 nothing has to be rewritten: what their records lack is met where they
            // are read.
            case 2, 3, VERSION -> { }
            case 1 -> throw new StoreException(
                    "the disk has format 1, of before the first release; not read any more", null);
            default -> throw new StoreException("the disk has format " + version
                    + ", this program reads " + VERSION + ": use the newer one", null);
        }
    }
}
