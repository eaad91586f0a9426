package io.catena.chain.store.lmdb;

import io.catena.chain.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/// LMDB's file of one disk. A chain's rows stand on a *shelf*, numbered and never reused, so that a
/// chain can be forgotten at once and its rows be cleared slice by slice. Numbers are big-endian.
/// Behind each value stands the CRC32C of key and value ([RowCrc]). See docs/formats.md.
///
/// ```
/// meta        text -> "identity": 16 bytes · "next": i64, the next shelf or space · "format": u8
/// chains      chain i32 -> ShelfRecord
/// dropped     shelf or space i64 -> nothing: rows of it are still to be cleared
/// index       space i64 · piece of a key -> IndexRecord, or link (see IndexTree)
/// usage       shelf i64 · scope i64 -> sums (see ChainUsage)
/// tombstones  shelf i64 · seq i64 · n i32 -> key of a tombstone in the index, while a copy runs
/// log         shelf i64 · seq i64 -> update as in ChainWire
/// outcomes    shelf i64 · seq i64 -> request id · epoch i64
/// bodies      shelf i64 · body id -> BodyRecord
/// missing     shelf i64 · body id -> length i32 · crc32c i32
/// condemned   millis i64 · shelf i64 · body id -> nothing
/// extents     offset i64 -> length i64 · shelf i64 · body id
/// ```
final class Tables implements AutoCloseable {
    private static final String META = "meta";

    final Table meta;
    final Table chains;
    final Table dropped;
    final Table index;
    final Table usage;
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

    private Tables(Env<ByteBuffer> env, int readersMax, Function<String, Table> opened) {
        this.env = env;
        this.readersMax = readersMax;
        readers = new Semaphore(readersMax);
        meta = opened.apply(META);
        chains = opened.apply("chains");
        dropped = opened.apply("dropped");
        index = opened.apply("index");
        usage = opened.apply("usage");
        tombstones = opened.apply("tombstones");
        log = opened.apply("log");
        outcomes = opened.apply("outcomes");
        bodies = opened.apply("bodies");
        missing = opened.apply("missing");
        condemned = opened.apply("condemned");
        extents = opened.apply("extents");
    }

    /// Every table.
    List<Table> all() {
        return List.of(meta, chains, dropped, index, usage, tombstones, log, outcomes, bodies,
                missing, condemned, extents);
    }

    /// Opens what is there, or makes an empty disk.
    ///
    /// @throws DamageException when something is there, but not the tables of this format
    /// @throws StoreException when it is of another format
    static Tables open(Path directory, LmdbSettings settings) {
        Env<ByteBuffer> env = Env.create(ByteBufferProxy.PROXY_OPTIMAL)
                .setMapSize(settings.mapBytes())
                .setMaxDbs(16)
                .setMaxReaders(settings.readersMax() + 2)
                .open(directory.toFile(), EnvFlags.MDB_NOTLS, EnvFlags.MDB_NORDAHEAD);
        try {
            Set<String> names = env.getDbiNames().stream()
                    .map(name -> new String(name, StandardCharsets.UTF_8))
                    .collect(Collectors.toCollection(TreeSet::new));
            return names.isEmpty() ? create(env, settings) : openKnown(env, settings, names);
        } catch (RuntimeException e) {
            env.close();
            throw e;
        }
    }

    /// In one transaction: a disk has all of its tables and an identity, or nothing.
    private static Tables create(Env<ByteBuffer> env, LmdbSettings settings) {
        try (Txn<ByteBuffer> txn = env.txnWrite()) {
            Tables tables = new Tables(env, settings.readersMax(), name -> new Table(name,
                    env.openDbi(txn, name.getBytes(StandardCharsets.UTF_8), null, false,
                            DbiFlags.MDB_CREATE)));
            StoredFormat.begin(new Tx(txn, Tx.newScratch()), tables.meta);
            txn.commit();
            return tables;
        }
    }

    /// A table whose name was changed would be made anew by LMDB, empty, were it let.
    private static Tables openKnown(
            Env<ByteBuffer> env, LmdbSettings settings, Set<String> names) {
        if (!names.contains(META)) {
            throw new DamageException("the disk has no table " + META + " but " + names);
        }
        Table meta = new Table(META, env.openDbi(META));
        try (Txn<ByteBuffer> txn = env.txnRead()) {
            StoredFormat.check(new Tx(txn, Tx.newScratch()), meta);
        }
        Set<String> opened = new TreeSet<>();
        Tables tables = new Tables(env, settings.readersMax(), name -> {
            opened.add(name);
            return names.contains(name) ? new Table(name, env.openDbi(name)) : null;
        });
        if (!opened.equals(names)) {
            throw new DamageException("the disk has the tables " + names);
        }
        return tables;
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

    /// Bytes of LMDB's file that no table uses: what is written next goes there first.
    long freeBytes() {
        return read(tx -> Math.max(0, fileBytes() - usedBytes(tx)));
    }

    /// How much LMDB's file may still grow in its address space.
    long growBytesMax() {
        return env.info().mapSize - fileBytes();
    }

    private long fileBytes() {
        return (env.info().lastPageNumber + 1) * env.stat().pageSize;
    }

    /// Bytes of pages that hold something.
    long usedBytes() {
        return read(this::usedBytes);
    }

    private long usedBytes(Tx tx) {
        return env.stat().pageSize * all().stream().mapToLong(table -> table.pages(tx)).sum();
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
