package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.wire.WireException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a disk holds is verified before it is believed: once, when it is opened.
///
/// Of the index each chain's part stands for itself, by its digest. A row of any other table that
/// does not match its checksum may have been another chain's (its key is not believed either): then
/// nothing on the disk is believed.
final class DiskCheck {
    private static final Logger LOG = LoggerFactory.getLogger(DiskCheck.class);

    private final Tables tables;
    private final IndexTree index;
    private final Tx tx;
    private final Map<Long, ShelfRecord> shelves = new HashMap<>();
    private final List<ChainId> lost = new ArrayList<>();

    private DiskCheck(Tables tables, IndexTree index, Tx tx) {
        this.tables = tables;
        this.index = index;
        this.tx = tx;
    }

    /// The chains whose index must not be believed.
    ///
    /// @throws DamageException when nothing on the disk may be believed
    static List<ChainId> check(Tables tables, IndexTree index, Tx tx) {
        DiskCheck check = new DiskCheck(tables, index, tx);
        try {
            for (Table table : tables.all()) {
                if (table != tables.index) {
                    check.rows(table);
                }
            }
            check.chains();
            check.log();
            check.extents();
        } catch (WireException e) {
            throw new DamageException("a record cannot be decoded", e);
        }
        return check.lost;
    }

    private void rows(Table table) {
        long count = 0;
        try (Rows rows = table.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                rows.view();
                count++;
                more = rows.next();
            }
        }
        require(count == table.count(tx), "table " + table.name() + " lacks rows");
    }

    private void chains() {
        long startNanos = System.nanoTime();
        IndexCheck check = new IndexCheck();
        long records = 0;
        try (Rows rows = tables.chains.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                ChainId chain = new ChainId(ByteBuffer.wrap(rows.key()).getInt());
                ShelfRecord record = ShelfRecord.decode(rows.value());
                shelves.put(record.shelf(), record);
                chain(check, chain, record);
                records += record.digest().count();
                more = rows.next();
            }
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        LOG.info("verified {} index records of {} bytes in {} ms", records, check.bytes(), millis);
    }

    private void chain(IndexCheck check, ChainId chain, ShelfRecord record) {
        try {
            check.check(tx, tables, index, record);
        } catch (DamageException e) {
            LOG.warn("the index of chain {} is damaged ({}): it will be filled anew",
                    chain.value(), e.getMessage());
            lost.add(chain);
        }
    }

    /// The log of each chain has no gap, and reaches at least to where the index stands.
    private void log() {
        Map<Long, Long> ends = new HashMap<>();
        try (Rows rows = tables.log.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                ByteBuffer key = ByteBuffer.wrap(rows.key());
                ShelfRecord record = shelves.get(key.getLong());
                if (record != null) {
                    long seq = key.getLong();
                    Long end = ends.put(record.shelf(), seq);
                    require(seq == (end == null ? record.logFloorSeq() : end + 1),
                            "the log of shelf " + record.shelf() + " has a gap before " + seq);
                }
                more = rows.next();
            }
        }
        shelves.values().forEach(record -> require(
                ends.getOrDefault(record.shelf(), record.logFloorSeq() - 1)
                        >= record.applied().seq(),
                "the log of shelf " + record.shelf() + " ends before its index"));
    }

    /// Each extent belongs to a body that says so, and each body that has bytes to one extent.
    private void extents() {
        long extents = 0;
        try (Rows rows = tables.extents.rows(tx)) {
            long end = 0;
            boolean more = rows.seek(new byte[0]);
            while (more) {
                long offset = Rows.lastLong(rows.key());
                ByteBuffer value = ByteBuffer.wrap(rows.value());
                long length = value.getLong();
                byte[] owner = new byte[value.remaining()];
                value.get(owner);
                require(offset >= end && offset % Extents.UNIT_BYTES == 0 && length > 0
                        && owns(owner, offset, length), "the extent at " + offset + " is wrong");
                end = offset + length;
                extents++;
                more = rows.next();
            }
        }
        require(extents == bodiesWithExtent(), "bodies without an extent");
    }

    private boolean owns(byte[] owner, long offset, long length) {
        return tables.bodies.get(tx, owner).map(BodyRecord::decode)
                .filter(body -> body.offsetBytes() == offset
                        && Extents.rounded(body.lengthBytes()) == length).isPresent();
    }

    private long bodiesWithExtent() {
        long count = 0;
        try (Rows rows = tables.bodies.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                count += BodyRecord.decode(rows.value()).hasExtent() ? 1 : 0;
                more = rows.next();
            }
        }
        return count;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new DamageException(what);
        }
    }
}
