package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.wire.WireException;
import java.util.Map;
import java.util.TreeMap;

/// Walks a chain's index once: every row matches its checksum and can be decoded, the keys are in
/// order, and all of it together is what the chain's record says and what its sums come to: nothing
/// is gone.
final class IndexCheck {
    private final IndexHash hash = new IndexHash();
    private final TreeMap<Long, Usage> usage = new TreeMap<>();
    private long bytes;

    /// @throws DamageException when the index must not be believed
    void check(Tx tx, Tables tables, IndexTree tree, ShelfRecord record) {
        usage.clear();
        IndexDigest found;
        try (IndexCursor cursor = tree.cursor(tx, record.shelf())) {
            found = walk(cursor);
        } catch (WireException e) {
            throw new DamageException("a record of the index cannot be decoded", e);
        }
        if (!found.equals(record.digest())) {
            throw new DamageException("the index holds " + found + ", and should hold "
                    + record.digest());
        }
        usage.values().removeIf(Usage.NONE::equals);
        Map<Long, Usage> saved = ChainUsage.all(tx, tables.usage, record.shelf());
        if (!usage.equals(saved)) {
            throw new DamageException(
                    "the index' records come to " + usage + ", and should to " + saved);
        }
    }

    private IndexDigest walk(IndexCursor cursor) {
        IndexDigest found = IndexDigest.EMPTY;
        Bytes before = null;
        boolean more = cursor.seek(Bytes.EMPTY);
        while (more) {
            Bytes key = cursor.key();
            if (before != null && before.compareTo(key) >= 0) {
                throw new DamageException("the index is out of order behind " + before);
            }
            IndexRecord.decode(cursor.view(), 0).charge().ifPresent(charge ->
                    usage.merge(charge.scope(), charge.usage(), Usage::plus));
            found = found.plus(hash.of(key, cursor.view()));
            bytes += key.length() + cursor.view().remaining();
            before = key;
            more = cursor.next();
        }
        return found;
    }

    /// Bytes of keys and records that were walked over.
    long bytes() {
        return bytes;
    }
}
