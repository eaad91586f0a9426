package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.IndexDigest;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A chain's index as its writer changes it, with the digest of what it holds and what its records
/// come to; by the writer thread only. Both are saved in the transaction that changed the index.
final class ChainIndex {
    private final IndexTree tree;
    private final long shelf;
    private final IndexHash hash = new IndexHash();
    private final ChainUsage usage;
    private IndexDigest digest;

    ChainIndex(IndexTree tree, ChainUsage usage, ShelfRecord record) {
        this.tree = tree;
        this.shelf = record.shelf();
        this.usage = usage;
        this.digest = record.digest();
    }

    IndexDigest digest() {
        return digest;
    }

    Optional<IndexRecord> find(Tx tx, Bytes key) {
        ByteBuffer view = tree.view(tx, shelf, key);
        return view == null ? Optional.empty() : Optional.of(IndexRecord.decode(view));
    }

    void put(Tx tx, Bytes key, IndexRecord record) {
        byte[] bytes = record.encode();
        forget(tx, key);
        digest = digest.plus(hash.of(key, ByteBuffer.wrap(bytes)));
        record.charge().ifPresent(usage::add);
        tree.put(tx, shelf, key, bytes);
    }

    void delete(Tx tx, Bytes key) {
        forget(tx, key);
        tree.delete(tx, shelf, key);
    }

    private void forget(Tx tx, Bytes key) {
        ByteBuffer former = tree.view(tx, shelf, key);
        if (former != null) {
            digest = digest.minus(hash.of(key, former));
            IndexRecord.decode(former, 0).charge().ifPresent(usage::takeAway);
        }
    }

    /// Saves what the records come to; to be called before the transaction ends.
    void save(Tx tx) {
        usage.save(tx);
    }

    IndexCursor cursor(Tx tx) {
        return tree.cursor(tx, shelf);
    }
}
