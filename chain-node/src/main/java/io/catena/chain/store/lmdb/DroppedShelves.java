package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Clears what forgotten chains left, a slice per transaction, so that no other chain waits long.
/// The rows may be damaged: nothing is believed of them but where they stand.
final class DroppedShelves {
    private static final int SLICE_ROWS = 1_024;

    private final Tables tables;
    private final IndexTree index;
    private final BodyTable bodies;

    DroppedShelves(Tables tables, IndexTree index, BodyTable bodies) {
        this.tables = tables;
        this.index = index;
        this.bodies = bodies;
    }

    /// Clears a slice; true when there is more to clear.
    boolean clearSome(Tx tx) {
        Optional<byte[]> shelf = first(tx);
        if (shelf.isEmpty()) {
            return false;
        }
        byte[] prefix = shelf.get();
        boolean all = clearIndex(tx, prefix) & clearBodies(tx, prefix);
        for (Table table : List.of(
                tables.usage, tables.log, tables.outcomes, tables.tombstones)) {
            List<byte[]> rows = slice(tx, table, prefix);
            rows.forEach(row -> table.delete(tx, row));
            all &= rows.size() < SLICE_ROWS;
        }
        if (all) {
            tables.dropped.delete(tx, prefix);
        }
        return true;
    }

    private Optional<byte[]> first(Tx tx) {
        try (Rows rows = tables.dropped.rows(tx)) {
            return rows.seek(new byte[0]) ? Optional.of(rows.key()) : Optional.empty();
        }
    }

    /// Spaces that links lead to are dropped in turn.
    private boolean clearIndex(Tx tx, byte[] prefix) {
        List<byte[]> keys = new ArrayList<>();
        List<Long> spaces = new ArrayList<>();
        try (Rows rows = tables.index.rows(tx)) {
            boolean more = rows.seek(prefix);
            while (more && rows.keyStartsWith(prefix) && keys.size() < SLICE_ROWS) {
                keys.add(rows.key());
                index.childSpace(rows).ifPresent(spaces::add);
                more = rows.next();
            }
        }
        spaces.forEach(space -> tables.dropped.put(tx, Keys.of(space), new byte[0]));
        keys.forEach(key -> tables.index.delete(tx, key));
        return keys.size() < SLICE_ROWS;
    }

    private boolean clearBodies(Tx tx, byte[] prefix) {
        List<byte[]> rows = slice(tx, tables.bodies, prefix);
        for (byte[] row : rows) {
            ByteBuffer key = ByteBuffer.wrap(row).position(Long.BYTES);
            bodies.remove(tx, Rows.lastLong(prefix), new BodyId(key.getLong(), key.getLong()));
        }
        return rows.size() < SLICE_ROWS;
    }

    private static List<byte[]> slice(Tx tx, Table table, byte[] prefix) {
        List<byte[]> keys = new ArrayList<>();
        try (Rows rows = table.rows(tx)) {
            boolean more = rows.seek(prefix);
            while (more && rows.keyStartsWith(prefix) && keys.size() < SLICE_ROWS) {
                keys.add(rows.key());
                more = rows.next();
            }
        }
        return keys;
    }
}
