package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.lmdbjava.Dbi;
import org.lmdbjava.Stat;

/// One of LMDB's ordered maps, with keys and values as plain arrays. Each row ends with a checksum
/// over its key and value ([RowCrc]), which is verified whenever the row is read.
final class Table {
    private final String name;
    private final Dbi<ByteBuffer> dbi;

    Table(String name, Dbi<ByteBuffer> dbi) {
        this.name = name;
        this.dbi = dbi;
    }

    String name() {
        return name;
    }

    /// The value where LMDB has it, valid until the next call in `tx`; null when there is none.
    ///
    /// @throws DamageException when the row does not match its checksum
    ByteBuffer view(Tx tx, byte[] key) {
        ByteBuffer row = dbi.get(tx.txn(), tx.key(key));
        return row == null ? null : RowCrc.verified(ByteBuffer.wrap(key), row);
    }

    Optional<byte[]> get(Tx tx, byte[] key) {
        ByteBuffer view = view(tx, key);
        return view == null ? Optional.empty() : Optional.of(Rows.copy(view));
    }

    /// Pages that it takes.
    long pages(Tx tx) {
        Stat stat = dbi.stat(tx.txn());
        return stat.branchPages + stat.leafPages + stat.overflowPages;
    }

    /// The row as it stands, its checksum with it, unverified.
    Optional<byte[]> raw(Tx tx, byte[] key) {
        ByteBuffer row = dbi.get(tx.txn(), tx.key(key));
        return row == null ? Optional.empty() : Optional.of(Rows.copy(row));
    }

    void put(Tx tx, byte[] key, byte[] value) {
        dbi.reserve(tx.txn(), tx.key(key), value.length + RowCrc.BYTES)
                .put(value).putInt(RowCrc.of(key, value));
    }

    /// Writes a row as it is to stand, without a checksum of its own: for tests of damage.
    void putRaw(Tx tx, byte[] key, byte[] row) {
        dbi.reserve(tx.txn(), tx.key(key), row.length).put(row);
    }

    boolean delete(Tx tx, byte[] key) {
        return dbi.delete(tx.txn(), tx.key(key));
    }

    /// A walk over the rows; to be closed before its transaction ends.
    Rows rows(Tx tx) {
        return new Rows(tx, dbi.openCursor(tx.txn()));
    }

    long count(Tx tx) {
        return dbi.stat(tx.txn()).entries;
    }
}
