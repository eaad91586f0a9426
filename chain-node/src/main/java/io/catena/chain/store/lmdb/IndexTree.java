package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Bytes;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ordered maps with keys longer than LMDB's 511 bytes, many in one table. A map is a *space*; a
/// key longer than a chunk goes on in a child space, which a link in the parent leads to:
///
/// ```
/// space i64 · rest of the key, shorter than a chunk            -> value
/// space i64 · rest of the key, exactly a chunk · 0x00          -> value
/// space i64 · a chunk of the key, more follows · 0x01          -> child space i64
/// ```
///
/// Byte order of rows is byte order of keys: what is shorter comes first, the key that ends at the
/// chunk comes before all that go on. A child space without rows is taken away with its link.
final class IndexTree {
    private static final Logger LOG = LoggerFactory.getLogger(IndexTree.class);

    /// The longest chunk for which all rows' keys fit.
    static final int CHUNK_BYTES = Tx.KEY_BYTES_MAX - Long.BYTES - 1;

    static final byte ENDS = 0;
    static final byte GOES_ON = 1;

    private final Table table;
    private final Ids ids;
    private final int chunkBytes;

    IndexTree(Table table, Ids ids, int chunkBytes) {
        this.table = table;
        this.ids = ids;
        this.chunkBytes = chunkBytes;
    }

    /// The value in place, valid until the next call in `tx`; null when there is none.
    ByteBuffer view(Tx tx, long root, Bytes key) {
        long space = root;
        int at = 0;
        while (key.length() - at > chunkBytes) {
            ByteBuffer link = table.view(tx, link(space, key, at));
            if (link == null) {
                return null;
            }
            space = link.getLong(link.position());
            at += chunkBytes;
        }
        return table.view(tx, end(space, key, at));
    }

    void put(Tx tx, long root, Bytes key, byte[] value) {
        long space = root;
        int at = 0;
        while (key.length() - at > chunkBytes) {
            space = childFor(tx, link(space, key, at));
            at += chunkBytes;
        }
        table.put(tx, end(space, key, at), value);
    }

    private long childFor(Tx tx, byte[] link) {
        ByteBuffer child = table.view(tx, link);
        if (child != null) {
            return child.getLong(child.position());
        }
        long space = ids.take();
        table.put(tx, link, Keys.of(space));
        return space;
    }

    boolean delete(Tx tx, long root, Bytes key) {
        return delete(tx, root, key, 0);
    }

    private boolean delete(Tx tx, long space, Bytes key, int at) {
        if (key.length() - at <= chunkBytes) {
            return table.delete(tx, end(space, key, at));
        }
        byte[] link = link(space, key, at);
        ByteBuffer view = table.view(tx, link);
        if (view == null) {
            return false;
        }
        long child = view.getLong(view.position());
        boolean deleted = delete(tx, child, key, at + chunkBytes);
        if (deleted && isEmpty(tx, child)) {
            table.delete(tx, link);
        }
        return deleted;
    }

    private boolean isEmpty(Tx tx, long space) {
        byte[] prefix = Keys.of(space);
        try (Rows rows = table.rows(tx)) {
            return !rows.seek(prefix) || !rows.keyStartsWith(prefix);
        }
    }

    /// Where the link leads on which `rows` stands; empty when that is no link, or a damaged one.
    OptionalLong childSpace(Rows rows) {
        byte[] row = rows.key();
        if (!isLink(row)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(rows.view().getLong(0));
        } catch (DamageException e) {
            LOG.warn("what lies behind a damaged link of the index is not cleared: {}",
                    e.getMessage());
            return OptionalLong.empty();
        }
    }

    boolean isLink(byte[] row) {
        return row.length == Long.BYTES + chunkBytes + 1 && row[row.length - 1] == GOES_ON;
    }

    /// A walk over a map; to be closed before its transaction ends.
    IndexCursor cursor(Tx tx, long root) {
        return new IndexCursor(this, table.rows(tx), root);
    }

    int chunkBytes() {
        return chunkBytes;
    }

    byte[] link(long space, Bytes key, int at) {
        return row(space, key, at, at + chunkBytes, GOES_ON);
    }

    /// The row in which a key ends whose rest from `at` on is no longer than a chunk.
    byte[] end(long space, Bytes key, int at) {
        int rest = key.length() - at;
        if (rest == chunkBytes) {
            return row(space, key, at, key.length(), ENDS);
        }
        return ByteBuffer.allocate(Long.BYTES + rest)
                .putLong(space).put(key.unsafeArray(), at, rest).array();
    }

    private static byte[] row(long space, Bytes key, int from, int to, byte marker) {
        return ByteBuffer.allocate(Long.BYTES + to - from + 1)
                .putLong(space).put(key.unsafeArray(), from, to - from).put(marker).array();
    }
}
