package io.catena.chain.store.lmdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// Numbers for shelves and for spaces of the index tree: counted up, never given twice. A number is
/// used on disk only in the transaction that also saves the counter.
final class Ids {
    private static final byte[] KEY = "next".getBytes(StandardCharsets.UTF_8);

    private final Table meta;
    private final AtomicLong next;
    private long saved;

    Ids(Table meta, Tx tx) {
        this.meta = meta;
        saved = meta.get(tx, KEY).map(value -> ByteBuffer.wrap(value).getLong()).orElse(1L);
        next = new AtomicLong(saved);
    }

    long take() {
        return next.getAndIncrement();
    }

    /// Called before every commit.
    void save(Tx tx) {
        long now = next.get();
        if (now != saved) {
            meta.put(tx, KEY, Keys.of(now));
            saved = now;
        }
    }
}
