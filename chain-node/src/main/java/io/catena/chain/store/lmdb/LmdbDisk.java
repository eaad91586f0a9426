package io.catena.chain.store.lmdb;

import io.catena.chain.store.BodyStore;
import io.catena.chain.store.ChainStore;
import io.catena.chain.store.DiskDamage;
import io.catena.chain.store.DiskStore;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.lmdbjava.Env;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A disk: a directory with LMDB's `data.mdb`, the file `bodies.dat`, and `disk.lock`, which one
/// process holds. What LMDB says is what is there; the free space of `bodies.dat` follows from it.
///
/// Bytes of a body are written to free space when they come, and belong to nobody. The transaction
/// with the log entry that names the body makes them real, after they were flushed. So a crash
/// leaves nothing half done, and nothing to repair.
public final class LmdbDisk implements DiskStore {
    /// Without it a directory holds no disk.
    public static final String INDEX_FILE = "data.mdb";
    /// Condemned bodies freed at one sweep.
    private static final int FREED_MAX = 1_024;
    private static final long PRESSED_GRACE_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(LmdbDisk.class);

    private final LmdbSettings settings;
    private final LongSupplier wallMillis;
    private final DiskFiles files;
    private final Tables tables;
    private final DataFile file;
    private final Ids ids;
    private final String identity;
    private final DiskDamage damage;
    private final IndexTree index;
    private final StagedBodies staged;
    private final MissingBodies missing;
    private final BodyTable bodyTable;
    private final LmdbBodies bodies;
    private final DroppedShelves dropped;
    private final GroupCommit writer;
    private final Map<ChainId, LmdbChain> chains = new ConcurrentHashMap<>();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicBoolean clearing = new AtomicBoolean();

    private LmdbDisk(DiskFiles files, LmdbSettings settings, LongSupplier wallMillis,
            Tables tables, DataFile file, String setAside) {
        this.settings = settings;
        this.wallMillis = wallMillis;
        this.files = files;
        this.tables = tables;
        this.file = file;
        missing = new MissingBodies(tables);
        Extents extents = new Extents();
        Tx tx = tables.write();
        try {
            identity = StoredFormat.identity(tx, tables.meta);
            ids = new Ids(tables.meta, tx);
            index = new IndexTree(tables.index, ids, IndexTree.CHUNK_BYTES);
            damage = new DiskDamage(DiskCheck.check(tables, index, tx), setAside);
            damage.lostChains().forEach(chain -> forgetLost(tx, chain));
            StoredFormat.begunAnew(tx, tables.meta);
            ids.save(tx);
            loadExtents(tx, extents);
            tx.txn().commit();
        } finally {
            tx.txn().close();
        }
        staged = new StagedBodies(extents, file, settings, wallMillis);
        bodyTable = new BodyTable(tables, staged, missing, extents, wallMillis);
        bodies = new LmdbBodies(this, staged, missing, file);
        dropped = new DroppedShelves(tables, index, bodyTable);
        writer = new GroupCommit(tables, ids, bodyTable, file,
                files.directory().getFileName() + "-" + identity.substring(0, 4));
        chains().forEach(this::chain);
        writer.start();
        clearDropped();
    }

    /// Opens the disk in `directory`, which is made if it is not there, and verifies what it holds.
    /// What cannot be believed is set aside, and the disk starts empty, as another one.
    ///
    /// @param wallMillis the wall clock: for graces and display, never for order
    /// @throws StoreException when another process has it, or it cannot be read
    public static LmdbDisk open(Path directory, LmdbSettings settings, LongSupplier wallMillis) {
        try {
            DiskFiles files = DiskFiles.lock(directory);
            try {
                return open(files, settings, wallMillis);
            } catch (IOException | RuntimeException e) {
                files.close();
                throw e;
            }
        } catch (IOException | LmdbException | DamageException e) {
            throw new StoreException("cannot open the disk at " + directory + ": " + e, e);
        }
    }

    private static LmdbDisk open(DiskFiles files, LmdbSettings settings, LongSupplier wallMillis)
            throws IOException {
        try {
            return open(files, settings, wallMillis, "");
        } catch (DamageException | LmdbNativeException.PageCorruptedException
                | LmdbNativeException.PageNotFoundException | Env.FileInvalidException e) {
            Path aside = files.setAside();
            LOG.error("the disk at {} is damaged ({}): what it held is set aside in {}, and it"
                    + " starts empty, as another disk", files.directory(), e.getMessage(), aside);
            return open(files, settings, wallMillis, aside.toString());
        }
    }

    private static LmdbDisk open(DiskFiles files, LmdbSettings settings, LongSupplier wallMillis,
            String setAside) throws IOException {
        checkPages(files);
        DataFile file = DataFile.open(files.bodies());
        try {
            Tables tables = Tables.open(files.directory(), settings);
            try {
                files.flushNames();
                return new LmdbDisk(files, settings, wallMillis, tables, file, setAside);
            } catch (IOException | RuntimeException e) {
                tables.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void checkPages(DiskFiles files) throws IOException {
        if (Files.exists(files.index())) {
            LOG.info("pages of LMDB: {}", PageCheck.check(files.index()));
        }
    }

    /// The rows of a chain whose index is not believed are cleared like those of a dropped one.
    private void forgetLost(Tx tx, ChainId chain) {
        byte[] key = Shelf.chainKey(chain);
        long former = ShelfRecord.decode(tables.chains.get(tx, key).orElseThrow()).shelf();
        tables.dropped.put(tx, Keys.of(former), new byte[0]);
        tables.chains.put(tx, key, ShelfRecord.lost(ids.take()).encode());
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

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public DiskDamage damage() {
        return damage;
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

    @Override
    public Optional<String> failure() {
        return Optional.ofNullable(writer.failure());
    }

    @Override
    public void fail(String reason) {
        writer.fail(reason);
    }

    @Override
    public void probe() {
        try {
            files.probe();
        } catch (IOException e) {
            throw new StoreException("the disk takes no writes: " + e.getMessage(), e);
        }
    }

    @Override
    public long busyNanos() {
        return Math.max(writer.busyNanos(), file.busyNanos());
    }

    /// On a full disk slow readers of what was replaced give way.
    private long graceMillis() {
        return hasRoom() ? settings.readGraceMillis()
                : Math.min(settings.readGraceMillis(), PRESSED_GRACE_MILLIS);
    }

    /// LMDB's file never shrinks: what was deleted from it is room too, for the index; so are gaps
    /// in the data file, for bodies. It grows as far as the file system and its address space let
    /// it: a commit that finds neither fails the disk.
    @Override
    public boolean hasRoom() {
        try {
            long halfBytes = settings.reserveBytes() / 2;
            long growBytes = Math.min(file.usableBytes(), tables.growBytesMax());
            return staged.freeBytes() > halfBytes && growBytes + tables.freeBytes() > halfBytes;
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
        try {
            staged.trim();
        } catch (IOException e) {
            throw new StoreException("shortening the data file failed: " + e.getMessage(), e);
        }
        bodyTable.freeCondemned(tx, wallMillis.getAsLong() - graceMillis(), FREED_MAX);
    }

    @Override
    public void close() {
        writer.close();
        tables.close();
        try (files; file) {
            LOG.debug("{} is closed", files.directory());
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

    BodyStore.BodyDamage bodyDamage() {
        return bodyTable.damage();
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
