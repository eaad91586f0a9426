package io.catena.chain.store.lmdb;

import io.catena.chain.store.BodyStore;
import io.catena.chain.store.ChainStore;
import io.catena.chain.store.DiskStore;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// A disk: a directory with LMDB's `data.mdb`, the file `bodies.dat`, and `disk.lock`, which one
/// process holds. What LMDB says is what is there; the free space of `bodies.dat` follows from it.
///
/// Bytes of a body are written to free space when they come, and belong to nobody. The transaction
/// with the log entry that names the body makes them real, after they were flushed. So a crash
/// leaves nothing half done, and nothing to repair.
public final class LmdbDisk implements DiskStore {
    /// Condemned bodies freed at one sweep.
    private static final int FREED_MAX = 1_024;
    private static final long PRESSED_GRACE_MILLIS = 10_000;
    private static final byte[] IDENTITY = "identity".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FORMAT = "format".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FORMAT_VALUE = {1};

    private final LmdbSettings settings;
    private final LongSupplier wallMillis;
    private final FileChannel lock;
    private final Tables tables;
    private final DataFile file;
    private final Ids ids;
    private final String identity;
    private final IndexTree index;
    private final StagedBodies staged;
    private final MissingBodies missing = new MissingBodies();
    private final BodyTable bodyTable;
    private final LmdbBodies bodies;
    private final DroppedShelves dropped;
    private final GroupCommit writer;
    private final Map<ChainId, LmdbChain> chains = new ConcurrentHashMap<>();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicBoolean clearing = new AtomicBoolean();

    private LmdbDisk(Path directory, LmdbSettings settings, LongSupplier wallMillis,
            FileChannel lock, Tables tables, DataFile file) {
        this.settings = settings;
        this.wallMillis = wallMillis;
        this.lock = lock;
        this.tables = tables;
        this.file = file;
        Extents extents = new Extents();
        Tx tx = tables.write();
        try {
            identity = prepare(tx);
            ids = new Ids(tables.meta, tx);
            loadExtents(tx, extents);
            loadMissing(tx);
            tx.txn().commit();
        } finally {
            tx.txn().close();
        }
        index = new IndexTree(tables.index, ids, IndexTree.CHUNK_BYTES);
        staged = new StagedBodies(extents, file, settings, wallMillis);
        bodyTable = new BodyTable(tables, staged, missing, extents, wallMillis);
        bodies = new LmdbBodies(this, staged, missing, file);
        dropped = new DroppedShelves(tables, index, bodyTable);
        writer = new GroupCommit(tables, ids, bodyTable, file,
                directory.getFileName() + "-" + identity.substring(0, 4));
        chains().forEach(this::chain);
        writer.start();
        clearDropped();
    }

    /// Opens the disk in `directory`, which is made if it is not there.
    ///
    /// @param wallMillis the wall clock: for graces and display, never for order
    /// @throws StoreException when another process has it, or it cannot be read
    public static LmdbDisk open(Path directory, LmdbSettings settings, LongSupplier wallMillis) {
        try {
            Files.createDirectories(directory);
            FileChannel lock = lock(directory);
            try {
                return open(directory, settings, wallMillis, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | org.lmdbjava.LmdbException e) {
            throw new StoreException("cannot open the disk at " + directory + ": " + e, e);
        }
    }

    private static LmdbDisk open(Path directory, LmdbSettings settings, LongSupplier wallMillis,
            FileChannel lock) throws IOException {
        DataFile file = DataFile.open(directory.resolve("bodies.dat"));
        try {
            Tables tables = Tables.open(directory, settings);
            try {
                flushDirectory(directory);
                return new LmdbDisk(directory, settings, wallMillis, lock, tables, file);
            } catch (IOException | RuntimeException e) {
                tables.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve("disk.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (java.nio.channels.OverlappingFileLockException e) {
            channel.close();
            throw inUse(directory, e);
        }
        channel.close();
        throw inUse(directory, null);
    }

    private static StoreException inUse(Path directory, Throwable cause) {
        return new StoreException(
                "the disk at " + directory + " is in use by a running server", cause);
    }

    /// The names of new files must be as durable as what will be in them.
    private static void flushDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private String prepare(Tx tx) {
        Optional<byte[]> known = tables.meta.get(tx, IDENTITY);
        if (known.isPresent()) {
            int format = tables.meta.get(tx, FORMAT).orElseThrow()[0];
            if (format != FORMAT_VALUE[0]) {
                throw new StoreException("the disk has format " + format + ", unknown here", null);
            }
            return HexFormat.of().formatHex(known.get());
        }
        byte[] fresh = new byte[16];
        new SecureRandom().nextBytes(fresh);
        tables.meta.put(tx, IDENTITY, fresh);
        tables.meta.put(tx, FORMAT, FORMAT_VALUE);
        return HexFormat.of().formatHex(fresh);
    }

    private void loadExtents(Tx tx, Extents extents) {
        try (Rows rows = tables.extents.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                extents.occupied(
                        Rows.lastLong(rows.key()), rows.view().getLong(rows.view().position()));
                more = rows.next();
            }
        }
    }

    private void loadMissing(Tx tx) {
        for (ChainId chain : chains(tx)) {
            byte[] prefix = Keys.of(ShelfRecord.decode(
                    tables.chains.get(tx, Shelf.chainKey(chain)).orElseThrow()).shelf());
            try (Rows rows = tables.missing.rows(tx)) {
                boolean more = rows.seek(prefix);
                while (more && rows.keyStartsWith(prefix)) {
                    ByteBuffer key = ByteBuffer.wrap(rows.key()).position(Long.BYTES);
                    ByteBuffer value = ByteBuffer.wrap(rows.value());
                    BodyId id = new BodyId(key.getLong(), key.getLong());
                    missing.add(new BodyKey(chain, id),
                            new BodyRef(id, value.getInt(), value.getInt()));
                    more = rows.next();
                }
            }
        }
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public List<ChainId> chains() {
        return tables.read(this::chains);
    }

    private List<ChainId> chains(Tx tx) {
        List<ChainId> found = new ArrayList<>();
        try (Rows rows = tables.chains.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                found.add(new ChainId(ByteBuffer.wrap(rows.key()).getInt()));
                more = rows.next();
            }
        }
        return List.copyOf(new TreeSet<>(found));
    }

    @Override
    public ChainStore chain(ChainId chain) {
        return chains.computeIfAbsent(chain, this::load);
    }

    private LmdbChain load(ChainId chain) {
        return tables.read(tx -> {
            Shelf shelf = Shelf.load(tables, tx, chain, ids);
            ChainWriter chainWriter = new ChainWriter(shelf, index, bodyTable, tables, settings);
            ChainReader reader = new ChainReader(tables, shelf, index);
            return new LmdbChain(this, shelf, chainWriter, reader);
        });
    }

    /// On a full disk slow readers of what was replaced give way.
    private long graceMillis() {
        return hasRoom() ? settings.readGraceMillis()
                : Math.min(settings.readGraceMillis(), PRESSED_GRACE_MILLIS);
    }

    /// LMDB's file never shrinks: what was deleted from it is room too, for the index; so are gaps
    /// in the data file, for bodies.
    @Override
    public boolean hasRoom() {
        try {
            long halfBytes = settings.reserveBytes() / 2;
            return staged.freeBytes() > halfBytes
                    && file.usableBytes() + tables.freeBytes() > halfBytes;
        } catch (IOException e) {
            throw new StoreException("the file system does not tell its free space: " + e, e);
        }
    }

    @Override
    public BodyStore bodies() {
        return bodies;
    }

    @Override
    public void sweep() {
        if (sweeping.compareAndSet(false, true)) {
            submit(new Work(this::sweep, () -> sweeping.set(false)));
        }
    }

    private void sweep(Tx tx) {
        staged.dropIdle();
        bodyTable.freeCondemned(tx, wallMillis.getAsLong() - graceMillis(), FREED_MAX);
    }

    @Override
    public void close() {
        writer.close();
        tables.close();
        try {
            file.close();
            lock.close();
        } catch (IOException e) {
            throw new StoreException("closing the disk failed: " + e.getMessage(), e);
        }
    }

    /// Work of the disk's own.
    private record Work(Consumer<Tx> work, Runnable after) implements GroupCommit.Job {
        @Override
        public void perform(Tx tx) {
            work.accept(tx);
        }

        @Override
        public void committed() {
            after.run();
        }

        @Override
        public void failed(String reason) {
            after.run();
        }
    }

    void submit(GroupCommit.Job job) {
        writer.submit(job);
    }

    void checkWorking() {
        String failure = writer.failure();
        if (failure != null) {
            throw new StoreException(failure, null);
        }
    }

    void bodyArrived(BodyKey key) {
        onShelf(key, (tx, shelf) -> bodyTable.arrived(tx, key.chain(), shelf, key.id()));
    }

    void bodyDamaged(BodyKey key) {
        onShelf(key, (tx, shelf) -> bodyTable.damaged(tx, key.chain(), shelf, key.id()));
    }

    private void onShelf(BodyKey key, java.util.function.BiConsumer<Tx, Long> work) {
        shelfNumber(key.chain()).ifPresent(shelf ->
                submit(new Work(tx -> work.accept(tx, shelf), () -> endWaitingCopy(key.chain()))));
    }

    private void endWaitingCopy(ChainId chain) {
        LmdbChain open = chains.get(chain);
        if (open != null) {
            open.endWaitingCopy();
        }
    }

    /// The chain was dropped: its rows and bodies are cleared piece by piece.
    void forgotten(LmdbChain chain) {
        chains.remove(chain.chain(), chain);
        missing.removeAll(chain.chain());
        staged.dropAll(chain.chain());
        clearDropped();
    }

    private void clearDropped() {
        if (clearing.compareAndSet(false, true)) {
            submitClearing();
        }
    }

    private void submitClearing() {
        boolean[] more = new boolean[1];
        submit(new Work(tx -> more[0] = dropped.clearSome(tx), () -> {
            if (more[0] && writer.failure() == null) {
                submitClearing();
            } else {
                clearing.set(false);
            }
        }));
    }

    Optional<Long> shelfNumber(ChainId chain) {
        return Optional.ofNullable(chains.get(chain)).map(open -> open.shelf().number());
    }

    Tables tables() {
        return tables;
    }

    StagedBodies staged() {
        return staged;
    }

    MissingBodies missing() {
        return missing;
    }

    long nowMillis() {
        return wallMillis.getAsLong();
    }
}
