package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/// What the records of a chain's index come to here, by scope: always the sum over what the index
/// holds on this disk, so that it is exact whenever the index is, also after a copy that brought
/// records in any order. By the writer thread only; saved in the transaction that changed the
/// index.
///
/// ```
/// usage       shelf i64 · scope i64 -> objects i64 · versions i64 · bytes i64; no row: nothing
/// ```
final class ChainUsage {
    private static final int ROW_BYTES = 3 * Long.BYTES;

    private final Table table;
    private final long shelf;
    /// By how much a sum differs from its row.
    private final TreeMap<Long, Usage> unsaved = new TreeMap<>();

    ChainUsage(Table table, long shelf) {
        this.table = table;
        this.shelf = shelf;
    }

    void add(Charge charge) {
        unsaved.merge(charge.scope(), charge.usage(), Usage::plus);
    }

    void takeAway(Charge charge) {
        unsaved.merge(charge.scope(), Usage.NONE.minus(charge.usage()), Usage::plus);
    }

    void save(Tx tx) {
        unsaved.forEach((scope, difference) -> {
            if (!difference.equals(Usage.NONE)) {
                save(tx, scope, of(tx, table, shelf, scope).plus(difference));
            }
        });
        unsaved.clear();
    }

    private void save(Tx tx, long scope, Usage usage) {
        byte[] key = Keys.of(shelf, scope);
        if (usage.equals(Usage.NONE)) {
            table.delete(tx, key);
        } else {
            table.put(tx, key, encode(usage));
        }
    }

    /// What was saved of some scopes, together.
    static Usage of(Tx tx, Table table, long shelf, Scopes scopes) {
        Usage sum = Usage.NONE;
        byte[] prefix = Keys.of(shelf);
        try (Rows rows = table.rows(tx)) {
            for (Scopes.Range range : scopes.ranges()) {
                boolean more = rows.seek(Keys.of(shelf, range.first()));
                while (more && rows.keyStartsWith(prefix)
                        && Rows.lastLong(rows.key()) <= range.last()) {
                    sum = sum.plus(decode(rows.view()));
                    more = rows.next();
                }
            }
        }
        return sum;
    }

    /// What was saved of a scope.
    private static Usage of(Tx tx, Table table, long shelf, long scope) {
        ByteBuffer row = table.view(tx, Keys.of(shelf, scope));
        return row == null ? Usage.NONE : decode(row);
    }

    /// What was saved of all scopes.
    static TreeMap<Long, Usage> all(Tx tx, Table table, long shelf) {
        TreeMap<Long, Usage> all = new TreeMap<>();
        byte[] prefix = Keys.of(shelf);
        try (Rows rows = table.rows(tx)) {
            boolean more = rows.seek(prefix);
            while (more && rows.keyStartsWith(prefix)) {
                all.put(Rows.lastLong(rows.key()), decode(rows.view()));
                more = rows.next();
            }
        }
        return all;
    }

    static byte[] encode(Usage usage) {
        return ByteBuffer.allocate(ROW_BYTES).putLong(usage.objects()).putLong(usage.versions())
                .putLong(usage.bytes()).array();
    }

    static Usage decode(ByteBuffer row) {
        if (row.remaining() != ROW_BYTES) {
            throw new DamageException("a row of usage has " + row.remaining() + " bytes");
        }
        ByteBuffer in = row.duplicate();
        return new Usage(in.getLong(), in.getLong(), in.getLong());
    }
}
