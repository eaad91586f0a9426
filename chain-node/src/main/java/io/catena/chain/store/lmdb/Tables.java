package io.catena.chain.store.lmdb;

import io.catena.chain.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;

/// LMDB's file of one disk. A chain's rows stand on a *shelf*, numbered and never reused, so that a
/// chain can be forgotten at once and its rows be cleared slice by slice. Numbers are big-endian.
/// Behind each value stands the CRC32C of key and value ([RowCrc]). See docs/formats.md.
///
/// ```
/// meta        text -> "identity": 16 bytes · "next": i64, the next shelf or space · "format": u8
/// chains      chain i32 -> ShelfRecord
/// dropped     shelf or space i64 -> nothing: rows of it are still to be cleared
/// index       space i64 · piece of a key -> IndexRecord, or link (see IndexTree)
/// tombstones  shelf i64 · seq i64 · n i32 -> key of a tombstone in the index, while a copy runs
/// log         shelf i64 · seq i64 -> update as in ChainWire
/// outcomes    shelf i64 · seq i64 -> request id · epoch i64
/// bodies      shelf i64 · body id -> BodyRecord
/// missing     shelf i64 · body id -> length i32 · crc32c i32
/// condemned   millis i64 · shelf i64 · body id -> nothing
/// extents     offset i64 -> length i64 · shelf i64 · body id
/// ```
final class Tables implements AutoCloseable {
    final Table meta;
    final Table chains;
    final Table dropped;
    final Table index;
    final Table tombstones;
    final Table log;
    final Table outcomes;
    final Table bodies;
    final Table missing;
    final Table condemned;
    final Table extents;

    private final Env<ByteBuffer> env;
    private final ByteBuffer writeScratch = Tx.newScratch();
    private final Semaphore readers;
    private final int readersMax;
    private volatile boolean closed;
    private final Queue<Tx> idleReads = new ConcurrentLinkedQueue<>();

    private Tables(Env<ByteBuffer> env, int readersMax) {
        this.env = env;
        this.readersMax = readersMax;
        readers = new Semaphore(readersMax);
        meta = table("meta");
        chains = table("chains");
        dropped = table("dropped");
        index = table("index");
        tombstones = table("tombstones");
        log = table("log");
        outcomes = table("outcomes");
        bodies = table("bodies");
        missing = table("missing");
        condemned = table("condemned");
        extents = table("extents");
    }

    /// Every table.
    List<Table> all() {
        return List.of(meta, chains, dropped, index, tombstones, log, outcomes, bodies, missing,
                condemned, extents);
    }

    static Tables open(Path directory, LmdbSettings settings) {
        Env<ByteBuffer> env = Env.create(ByteBufferProxy.PROXY_OPTIMAL)
                .setMapSize(settings.mapBytes())
                .setMaxDbs(16)
                .setMaxReaders(settings.readersMax() + 2)
                .open(directory.toFile(), EnvFlags.MDB_NOTLS, EnvFlags.MDB_NORDAHEAD);
        return new Tables(env, settings.readersMax());
    }

    private Table table(String name) {
        Dbi<ByteBuffer> dbi = env.openDbi(name, DbiFlags.MDB_CREATE);
        return new Table(name, dbi);
    }

    /// A write transaction: by the one writer thread only (and while opening).
    Tx write() {
        return new Tx(env.txnWrite(), writeScratch);
    }

    /// Runs `reading` on one snapshot. Short: pages that a snapshot sees cannot be reused.
    <T> T read(Function<Tx, T> reading) {
        readers.acquireUninterruptibly();
        try {
            if (closed) {
                throw new StoreException("the disk is closed", null);
            }
            Tx tx = begin();
            try {
                return reading.apply(tx);
            } finally {
                tx.txn().reset();
                idleReads.add(tx);
            }
        } catch (org.lmdbjava.LmdbException | DamageException e) {
            throw new StoreException("reading failed: " + e.getMessage(), e);
        } finally {
            readers.release();
        }
    }

    /// A read transaction that was reset costs nothing, and less to begin than a new one.
    private Tx begin() {
        Tx idle = idleReads.poll();
        if (idle == null) {
            return new Tx(env.txnRead(), Tx.newScratch());
        }
        idle.txn().renew();
        return idle;
    }

    /// Waits for reads that run: LMDB's memory is unmapped with it.
    @Override
    public void close() {
        readers.acquireUninterruptibly(readersMax);
        closed = true;
        readers.release(readersMax);
        for (Tx tx = idleReads.poll(); tx != null; tx = idleReads.poll()) {
            tx.txn().close();
        }
        env.close();
    }
}
