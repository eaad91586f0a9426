package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Bodies that are named but not here, or damaged: the rows of table `missing`. A replica that is
/// being filled misses millions, so memory holds only those whose rows are not committed yet. Such
/// an entry is made *before* the writer looks whether the body is staged, and taken out after the
/// commit; a stage is complete *before* its writer looks here, and then at what is committed: so
/// one of the two sees the other.
final class MissingBodies {
    private final Tables tables;
    private final Set<BodyKey> uncommitted = ConcurrentHashMap.newKeySet();

    MissingBodies(Tables tables) {
        this.tables = tables;
    }

    void aboutToBeWanted(BodyKey key) {
        uncommitted.add(key);
    }

    /// The row is committed, or will not come.
    void settled(BodyKey key) {
        uncommitted.remove(key);
    }

    boolean isUncommitted(BodyKey key) {
        return uncommitted.contains(key);
    }

    void put(Tx tx, long shelf, BodyRef ref) {
        tables.missing.put(tx, Keys.of(shelf, ref.id()),
                ByteBuffer.allocate(8).putInt(ref.lengthBytes()).putInt(ref.crc32c()).array());
    }

    void remove(Tx tx, long shelf, BodyId id) {
        tables.missing.delete(tx, Keys.of(shelf, id));
    }

    boolean any(Tx tx, long shelf) {
        byte[] prefix = Keys.of(shelf);
        try (Rows rows = tables.missing.rows(tx)) {
            return rows.seek(prefix) && rows.keyStartsWith(prefix);
        }
    }

    /// The first ones of a shelf.
    List<BodyRef> list(Tx tx, long shelf, int most) {
        byte[] prefix = Keys.of(shelf);
        List<BodyRef> refs = new ArrayList<>();
        try (Rows rows = tables.missing.rows(tx)) {
            boolean more = rows.seek(prefix);
            while (more && rows.keyStartsWith(prefix) && refs.size() < most) {
                ByteBuffer key = ByteBuffer.wrap(rows.key()).position(Long.BYTES);
                BodyId id = new BodyId(key.getLong(), key.getLong());
                ByteBuffer value = ByteBuffer.wrap(rows.value());
                refs.add(new BodyRef(id, value.getInt(), value.getInt()));
                more = rows.next();
            }
        }
        return refs;
    }
}
