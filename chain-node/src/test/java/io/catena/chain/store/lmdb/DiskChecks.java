package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.replica.Effect;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Mutation;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// What must be true of a disk at any time.
final class DiskChecks {
    private DiskChecks() {}

    /// Every extent is owned by one body, none overlap, every body is named as often as it says.
    /// Returns the number of extents.
    static long check(LmdbDisk disk) {
        Map<String, Integer> names = new HashMap<>();
        for (ChainId chain : disk.chains()) {
            countNames(disk, chain, names);
        }
        return disk.tables().read(tx -> {
            long extents = checkExtents(disk, tx);
            long withExtent = 0;
            try (Rows rows = disk.tables().bodies.rows(tx)) {
                boolean more = rows.seek(new byte[0]);
                while (more) {
                    BodyRecord record = BodyRecord.decode(rows.value());
                    BodyId id = idOf(rows.key());
                    assertThat(record.names()).as("names of %s", id)
                            .isEqualTo(names.getOrDefault(id.toString(), 0));
                    withExtent += record.hasExtent() ? 1 : 0;
                    more = rows.next();
                }
            }
            assertThat(withExtent).isEqualTo(extents);
            return extents;
        });
    }

    private static long checkExtents(LmdbDisk disk, Tx tx) {
        long end = 0;
        long count = 0;
        try (Rows rows = disk.tables().extents.rows(tx)) {
            boolean more = rows.seek(new byte[0]);
            while (more) {
                ByteBuffer value = ByteBuffer.wrap(rows.value());
                long offset = Rows.lastLong(rows.key());
                long length = value.getLong();
                assertThat(offset).isGreaterThanOrEqualTo(end);
                end = offset + length;
                byte[] owner = new byte[24];
                value.get(owner);
                BodyRecord body = BodyRecord.decode(
                        disk.tables().bodies.get(tx, owner).orElseThrow());
                assertThat(body.offsetBytes()).isEqualTo(offset);
                assertThat(Extents.rounded(body.lengthBytes())).isEqualTo(length);
                count++;
                more = rows.next();
            }
        }
        return count;
    }

    private static BodyId idOf(byte[] bodyRow) {
        ByteBuffer key = ByteBuffer.wrap(bodyRow).position(8);
        return new BodyId(key.getLong(), key.getLong());
    }

    private static void countNames(LmdbDisk disk, ChainId chain, Map<String, Integer> names) {
        Bytes after = Bytes.EMPTY;
        boolean last = false;
        while (!last) {
            var read = (io.catena.chain.replica.Input.ChunkRead)
                    disk.chain(chain).read(new Effect.ReadChunk(1, after));
            read.chunk().items().forEach(item ->
                    item.version().body().ifPresent(ref -> count(names, ref)));
            after = read.chunk().through();
            last = read.chunk().last();
        }
        long shelf = disk.shelfNumber(chain).orElseThrow();
        disk.tables().read(tx -> {
            ShelfRecord record = ShelfRecord.decode(
                    disk.tables().chains.get(tx, Shelf.chainKey(chain)).orElseThrow());
            assertThat(record.shelf()).isEqualTo(shelf);
            Shelf.load(disk.tables(), tx, chain, null).unapplied().forEach(update -> {
                for (Mutation mutation : update.mutations()) {
                    if (mutation instanceof Mutation.Put put) {
                        put.body().ifPresent(ref -> count(names, ref));
                    }
                }
            });
            return record;
        });
    }

    private static void count(Map<String, Integer> names, BodyRef ref) {
        names.merge(ref.id().toString(), 1, Integer::sum);
    }
}
