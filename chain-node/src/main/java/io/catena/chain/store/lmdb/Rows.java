package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;

/// A walk over the rows of a [Table] in key order. Stands on a row after a call that returned true.
final class Rows implements AutoCloseable {
    private final Tx tx;
    private final Cursor<ByteBuffer> cursor;

    Rows(Tx tx, Cursor<ByteBuffer> cursor) {
        this.tx = tx;
        this.cursor = cursor;
    }

    /// To the first row at or after `key`.
    boolean seek(byte[] key) {
        return key.length == 0
                ? cursor.first() : cursor.get(tx.key(key), GetOp.MDB_SET_RANGE);
    }

    boolean next() {
        return cursor.next();
    }

    byte[] key() {
        return copy(cursor.key());
    }

    boolean keyStartsWith(byte[] prefix) {
        ByteBuffer key = cursor.key();
        return key.remaining() >= prefix.length
                && key.slice(key.position(), prefix.length).equals(ByteBuffer.wrap(prefix));
    }

    /// Valid until the next call in the transaction.
    ByteBuffer view() {
        return cursor.val();
    }

    byte[] value() {
        return copy(cursor.val());
    }

    static byte[] copy(ByteBuffer view) {
        byte[] bytes = new byte[view.remaining()];
        view.get(view.position(), bytes);
        return bytes;
    }

    static long lastLong(byte[] key) {
        return ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES).getLong();
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public void close() {
        cursor.close();
    }
}
