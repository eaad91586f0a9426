package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// The checksum at the end of each row of each table, over its key and its value: a row whose key
/// was changed is found as well as one whose value was.
final class RowCrc {
    static final int BYTES = 4;

    private RowCrc() {}

    static int of(byte[] key, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value);
        return (int) crc.getValue();
    }

    /// The value without its checksum.
    ///
    /// @throws DamageException when it is not the checksum of this key and value
    static ByteBuffer verified(ByteBuffer key, ByteBuffer row) {
        int count = row.remaining() - BYTES;
        if (count >= 0) {
            CRC32C crc = new CRC32C();
            crc.update(key.duplicate());
            ByteBuffer value = row.slice(row.position(), count);
            crc.update(value.duplicate());
            if ((int) crc.getValue() == row.getInt(row.position() + count)) {
                return value;
            }
        }
        throw new DamageException("the row of key "
                + HexFormat.of().formatHex(Rows.copy(key)) + " does not match its checksum");
    }
}
