package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;

/// A walk over the rows of a [Table] in key order. Stands on a row after a call that returned true.
/// A row is verified when its value is asked for: what only its key is wanted of is left alone, as
/// are rows that are merely passed over.
final class Rows implements AutoCloseable {
    private final Tx tx;
    private final Cursor<ByteBuffer> cursor;
    private ByteBuffer value;

    Rows(Tx tx, Cursor<ByteBuffer> cursor) {
        this.tx = tx;
        this.cursor = cursor;
    }

    /// To the first row at or after `key`.
    ///
    boolean seek(byte[] key) {
        return onRow(key.length == 0
                ? cursor.first() : cursor.get(tx.key(key), GetOp.MDB_SET_RANGE));
    }

    boolean next() {
        return onRow(cursor.next());
    }

    private boolean onRow(boolean found) {
        value = null;
        return found;
    }

    byte[] key() {
        return copy(cursor.key());
    }

    boolean keyStartsWith(byte[] prefix) {
        ByteBuffer key = cursor.key();
        return key.remaining() >= prefix.length
                && key.slice(key.position(), prefix.length).equals(ByteBuffer.wrap(prefix));
    }

    /// The row's value, valid until the next call in the transaction.
    ///
    /// @throws DamageException when the row does not match its checksum
    ByteBuffer view() {
        if (value == null) {
            value = RowCrc.verified(cursor.key(), cursor.val());
        }
        return value;
    }

    /// @throws DamageException when the row does not match its checksum
    byte[] value() {
        return copy(view());
    }

    static byte[] copy(ByteBuffer view) {
        byte[] bytes = new byte[view.remaining()];
        view.get(view.position(), bytes);
        return bytes;
    }

    static long lastLong(byte[] key) {
        return ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES).getLong();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
