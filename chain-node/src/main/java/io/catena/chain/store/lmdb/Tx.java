package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import org.lmdbjava.Txn;

/// A transaction with the scratch memory that its keys are handed to LMDB in. Used by one thread at
/// a time. Values read in it are valid until the next call that uses it.
final class Tx {
    /// LMDB's limit for keys.
    static final int KEY_BYTES_MAX = 511;

    private final Txn<ByteBuffer> txn;
    private final ByteBuffer keyScratch;

    Tx(Txn<ByteBuffer> txn, ByteBuffer keyScratch) {
        this.txn = txn;
        this.keyScratch = keyScratch;
    }

    static ByteBuffer newScratch() {
        return ByteBuffer.allocateDirect(KEY_BYTES_MAX);
    }

    Txn<ByteBuffer> txn() {
        return txn;
    }

    /// The key where LMDB can read it, until the next call.
    ByteBuffer key(byte[] key) {
        return keyScratch.clear().put(key).flip();
    }
}
