package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.message.ChainMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Fills the index from another replica's, chunk by chunk, while live updates are applied beside
/// it: newer positions win. A deleted key leaves a tombstone, so that no chunk brings it back.
final class CopyWriter {
    /// Local keys looked at before those that go are taken out: bounds memory, not the chunk's
    /// range.
    private static final int SWEEP_KEYS = 1_024;

    private final ChainWriter chain;

    CopyWriter(ChainWriter chain) {
        this.chain = chain;
    }

    void store(Tx tx, ChainMessage.CopyChunk chunk) {
        Set<Bytes> brought = new HashSet<>();
        for (ScanEntry.Item item : chunk.items()) {
            brought.add(item.key());
            storeItem(tx, item);
        }
        Optional<Bytes> from = Optional.of(chunk.after());
        while (from.isPresent()) {
            from = removeLacking(tx, chunk, brought, from.get());
        }
    }

    private void storeItem(Tx tx, ScanEntry.Item item) {
        Optional<IndexRecord> local = chain.find(tx, item.key());
        if (local.isPresent() && local.get().position().seq() > item.version().position().seq()) {
            return;
        }
        IndexRecord brought = new IndexRecord.Live(item.version());
        brought.body().ifPresent(ref -> chain.name(tx, ref));
        chain.put(tx, item.key(), brought);
        local.flatMap(IndexRecord::body).ifPresent(ref -> chain.unname(tx, ref));
    }

    /// Takes out keys of the range that the chunk lacks and that are not newer than it, a number of
    /// them; returns behind which key to go on.
    private Optional<Bytes> removeLacking(
            Tx tx, ChainMessage.CopyChunk chunk, Set<Bytes> brought, Bytes after) {
        List<Bytes> lacking = new ArrayList<>();
        Bytes last = after;
        int visited = 0;
        boolean more;
        try (IndexCursor cursor = chain.cursor(tx)) {
            more = cursor.seek(after);
            while (more && visited < SWEEP_KEYS && within(chunk, cursor.key())) {
                last = cursor.key();
                visited++;
                if (last.compareTo(chunk.after()) > 0 && !brought.contains(last)
                        && IndexRecord.decode(cursor.view(), 0).position().seq()
                                <= chunk.applied()) {
                    lacking.add(last);
                }
                more = cursor.next();
            }
        }
        lacking.forEach(key -> remove(tx, key));
        return visited == SWEEP_KEYS ? Optional.of(last) : Optional.empty();
    }

    private static boolean within(ChainMessage.CopyChunk chunk, Bytes key) {
        return chunk.last() || key.compareTo(chunk.through()) <= 0;
    }

    private void remove(Tx tx, Bytes key) {
        chain.find(tx, key).flatMap(IndexRecord::body).ifPresent(ref -> chain.unname(tx, ref));
        chain.remove(tx, key);
    }

    void noteTombstone(Tx tx, Bytes key, Position position) {
        int number = 0;
        while (chain.tombstones().view(
                tx, Keys.of(chain.shelfNumber(), position.seq(), number)) != null) {
            number++;
        }
        chain.tombstones().put(
                tx, Keys.of(chain.shelfNumber(), position.seq(), number), key.toArray());
    }

    /// Takes all tombstones out of the index.
    void dropTombstones(Tx tx) {
        byte[] prefix = Keys.of(chain.shelfNumber());
        boolean more = true;
        while (more) {
            List<byte[]> rows = new ArrayList<>();
            List<Bytes> keys = new ArrayList<>();
            try (Rows walk = chain.tombstones().rows(tx)) {
                more = walk.seek(prefix);
                while (more && walk.keyStartsWith(prefix) && rows.size() < SWEEP_KEYS) {
                    rows.add(walk.key());
                    keys.add(Bytes.wrap(walk.value()));
                    more = walk.next();
                }
            }
            more = rows.size() == SWEEP_KEYS;
            rows.forEach(row -> chain.tombstones().delete(tx, row));
            keys.forEach(key -> dropTombstone(tx, key));
        }
    }

    private void dropTombstone(Tx tx, Bytes key) {
        if (chain.find(tx, key).orElse(null) instanceof IndexRecord.Tombstone) {
            chain.remove(tx, key);
        }
    }
}
