package io.catena.chain.store.lmdb;

import io.catena.chain.store.BodyStore;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.invariant.Invariant;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bodies as LMDB has them: by the writer thread only. A body lives by being named: by updates of
/// the log that are not applied, and by records of the index. When the last name goes it is
/// condemned, and freed after the readers' grace.
final class BodyTable {
    private static final Logger LOG = LoggerFactory.getLogger(BodyTable.class);

    private final Tables tables;
    private final StagedBodies staged;
    private final MissingBodies missing;
    private final Extents extents;
    private final LongSupplier wallMillis;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final AtomicLong damagedFound = new AtomicLong();
    private final AtomicLong damagedRepaired = new AtomicLong();
    private boolean tookBodies;

    BodyTable(Tables tables, StagedBodies staged, MissingBodies missing, Extents extents,
            LongSupplier wallMillis) {
        this.tables = tables;
        this.staged = staged;
        this.missing = missing;
        this.extents = extents;
        this.wallMillis = wallMillis;
    }

    BodyStore.BodyDamage damage() {
        return new BodyStore.BodyDamage(damagedFound.get(), damagedRepaired.get());
    }

    /// Whether the data file must be flushed before the transaction commits; asking resets it.
    boolean tookBodies() {
        boolean took = tookBodies;
        tookBodies = false;
        return took;
    }

    /// To be called after each commit: only now may other bodies be written over what was freed.
    void committed() {
        afterCommit.forEach(Runnable::run);
        afterCommit.clear();
    }

    /// A log update or an index record names the body.
    void name(Tx tx, ChainId chain, long shelf, BodyRef ref) {
        BodyKey key = new BodyKey(chain, ref.id());
        Optional<BodyRecord> found = find(tx, shelf, ref.id());
        if (found.isEmpty()) {
            create(tx, key, shelf, ref);
            return;
        }
        BodyRecord record = found.get();
        if (record.isCondemned()) {
            tables.condemned.delete(tx, Keys.of(record.condemnedMillis(), shelf, ref.id()));
        }
        save(tx, shelf, ref.id(), record.named());
        if (record.isWanted()) {
            arrived(tx, chain, shelf, ref.id());
        } else {
            dropDuplicate(key, record);
        }
    }

    private void create(Tx tx, BodyKey key, long shelf, BodyRef ref) {
        Optional<StagedBody> here = staged.complete(key, ref);
        if (here.isEmpty()) {
            missing.aboutToBeWanted(key);
            here = staged.complete(key, ref);
        }
        if (here.isPresent()) {
            missing.settled(key);
            take(tx, key, shelf, ref, here.get(), 1);
            return;
        }
        staged.find(key).ifPresent(body -> body.keep(false));
        missing.put(tx, shelf, ref);
        afterCommit.add(() -> missing.settled(key));
        save(tx, shelf, ref.id(), BodyRecord.missing(ref));
    }

    /// A staged body becomes a stored one.
    private void take(
            Tx tx, BodyKey key, long shelf, BodyRef ref, StagedBody body, int names) {
        BodyRecord record = BodyRecord.stored(ref, names, body.placed());
        save(tx, shelf, ref.id(), record);
        tables.extents.put(tx, Keys.of(record.offsetBytes()),
                ByteBuffer.allocate(32).putLong(Extents.rounded(ref.lengthBytes())).putLong(shelf)
                        .putLong(ref.id().high()).putLong(ref.id().low()).array());
        afterCommit.add(() -> staged.handedOver(key, body));
        tookBodies = true;
    }

    /// The same body was staged once more: its other bytes are not needed.
    private void dropDuplicate(BodyKey key, BodyRecord record) {
        staged.find(key).filter(body -> body.offsetBytes() != record.offsetBytes())
                .ifPresent(body -> {
                    body.keep(false);
                    afterCommit.add(() -> staged.drop(key));
                });
    }

    /// A name of the body is gone.
    void unname(Tx tx, ChainId chain, long shelf, BodyId id) {
        BodyRecord record = find(tx, shelf, id).orElseThrow();
        Invariant.check(record.names() > 0, () -> "body " + id + " has no names to lose");
        if (record.names() == 1 && !record.hasExtent()) {
            tables.bodies.delete(tx, Keys.of(shelf, id));
            missing.remove(tx, shelf, id);
            return;
        }
        BodyRecord now = record.unnamed(wallMillis.getAsLong());
        save(tx, shelf, id, now);
        if (now.isCondemned()) {
            tables.condemned.put(
                    tx, Keys.of(now.condemnedMillis(), shelf, id), new byte[0]);
            if (now.isWanted()) {
                missing.remove(tx, shelf, id);
            }
        }
    }

    /// A body that was wanted is staged now: it becomes a stored one, if it is what was wanted.
    void arrived(Tx tx, ChainId chain, long shelf, BodyId id) {
        BodyKey key = new BodyKey(chain, id);
        Optional<BodyRecord> found = find(tx, shelf, id).filter(BodyRecord::isWanted);
        if (found.isEmpty()) {
            return;
        }
        BodyRecord record = found.get();
        BodyRef ref = new BodyRef(id, record.lengthBytes(), record.crc32c());
        Optional<StagedBody> here = staged.complete(key, ref);
        if (here.isPresent()) {
            free(tx, record);
            take(tx, key, shelf, ref, here.get(), record.names());
            missing.remove(tx, shelf, id);
            if (record.state() == BodyRecord.State.DAMAGED) {
                afterCommit.add(() -> repaired(key));
            }
        } else {
            staged.find(key).ifPresent(body -> {
                body.keep(false);
                if (body.isComplete()) {
                    staged.drop(key);
                }
            });
        }
    }

    /// Some of its bytes did not verify: it is wanted again.
    void damaged(Tx tx, ChainId chain, long shelf, BodyId id) {
        find(tx, shelf, id).filter(record -> record.state() == BodyRecord.State.STORED)
                .filter(record -> !record.isCondemned())
                .ifPresent(record -> {
                    damagedFound.incrementAndGet();
                    LOG.error("body {} of {} is damaged at {}: it will be fetched again", id,
                            chain, record.offsetBytes());
                    save(tx, shelf, id, record.damaged());
                    missing.put(tx, shelf,
                            new BodyRef(id, record.lengthBytes(), record.crc32c()));
                });
    }

    private void repaired(BodyKey key) {
        damagedRepaired.incrementAndGet();
        LOG.info("body {} of {} is whole again", key.id(), key.chain());
    }

    /// Frees condemned bodies whose grace is over; true when there are more.
    boolean freeCondemned(Tx tx, long condemnedUntilMillis, int most) {
        List<byte[]> due = new ArrayList<>();
        try (Rows rows = tables.condemned.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more && due.size() < most
                    && ByteBuffer.wrap(rows.key()).getLong() <= condemnedUntilMillis) {
                rows.view();
                due.add(rows.key());
                more = rows.next();
            }
        }
        for (byte[] row : due) {
            ByteBuffer key = ByteBuffer.wrap(row).position(8);
            long shelf = key.getLong();
            BodyId id = new BodyId(key.getLong(), key.getLong());
            remove(tx, shelf, id);
            tables.condemned.delete(tx, row);
        }
        return due.size() == most;
    }

    /// Forgets a body and frees its bytes.
    void remove(Tx tx, long shelf, BodyId id) {
        BodyRecord record = find(tx, shelf, id).orElseThrow();
        if (record.isCondemned()) {
            tables.condemned.delete(tx, Keys.of(record.condemnedMillis(), shelf, id));
        }
        free(tx, record);
        tables.bodies.delete(tx, Keys.of(shelf, id));
        missing.remove(tx, shelf, id);
    }

    private void free(Tx tx, BodyRecord record) {
        if (record.hasExtent()) {
            tables.extents.delete(tx, Keys.of(record.offsetBytes()));
            afterCommit.add(() -> extents.release(
                    record.offsetBytes(), Extents.rounded(record.lengthBytes())));
        }
    }

    Optional<BodyRecord> find(Tx tx, long shelf, BodyId id) {
        return tables.bodies.get(tx, Keys.of(shelf, id)).map(BodyRecord::decode);
    }

    private void save(Tx tx, long shelf, BodyId id, BodyRecord record) {
        tables.bodies.put(tx, Keys.of(shelf, id), record.encode());
    }
}
