package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.lmdbjava.Dbi;
import org.lmdbjava.Stat;

/// One of LMDB's ordered maps, with keys and values as plain arrays.
final class Table {
    private final Dbi<ByteBuffer> dbi;

    Table(Dbi<ByteBuffer> dbi) {
        this.dbi = dbi;
    }

    /// The value where LMDB has it, valid until the next call in `tx`; null when there is none.
    ByteBuffer view(Tx tx, byte[] key) {
        return dbi.get(tx.txn(), tx.key(key));
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

    void put(Tx tx, byte[] key, byte[] value) {
        dbi.reserve(tx.txn(), tx.key(key), value.length).put(value);
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
