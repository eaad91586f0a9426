package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys of any length keep their order.
class IndexTreeTest {
    private static final long ROOT = 1_000_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 3", "4, 4", "502, 5", "502, 6"})
    void shouldBehaveLikeATreeMap(int chunkBytes, long seed) {
        Random random = new Random(seed);
        TreeMap<Bytes, byte[]> model = new TreeMap<>();
        try (Tables tables = Tables.open(directory, TestDisk.SETTINGS)) {
            Tx tx = tables.write();
            IndexTree tree = new IndexTree(tables.index, new Ids(tables.meta, tx), chunkBytes);
            for (int step = 0; step < 2_000; step++) {
                Bytes key = key(random, chunkBytes);
                if (random.nextInt(3) == 0) {
                    Bytes gone = model.isEmpty() || random.nextBoolean()
                            ? key : model.ceilingKey(key) == null ? key : model.ceilingKey(key);
                    assertThat(tree.delete(tx, ROOT, gone)).isEqualTo(model.remove(gone) != null);
                } else {
                    byte[] value = {(byte) random.nextInt()};
                    tree.put(tx, ROOT, key, value);
                    model.put(key, value);
                }
                if (step % 100 == 0) {
                    compare(tree, tx, model, key(random, chunkBytes));
                }
            }
            compare(tree, tx, model, Bytes.EMPTY);
            List.copyOf(model.keySet()).forEach(key -> tree.delete(tx, ROOT, key));
            assertThat(tables.index.count(tx)).as("rows left, links too").isZero();
            tx.txn().close();
        }
    }

    private static void compare(IndexTree tree, Tx tx, TreeMap<Bytes, byte[]> model, Bytes from) {
        List<Bytes> keys = new ArrayList<>();
        try (IndexCursor cursor = tree.cursor(tx, ROOT)) {
            boolean more = cursor.seek(from);
            while (more) {
                keys.add(cursor.key());
                assertThat(Rows.copy(cursor.view())).isEqualTo(model.get(cursor.key()));
                more = cursor.next();
            }
        }
        assertThat(keys).isEqualTo(List.copyOf(model.tailMap(from).keySet()));
        for (Map.Entry<Bytes, byte[]> entry : model.tailMap(from).entrySet()) {
            assertThat(Rows.copy(tree.view(tx, ROOT, entry.getKey()))).isEqualTo(entry.getValue());
        }
    }

    /// Lengths around multiples of the chunk; few byte values, so that keys are prefixes of others.
    private static Bytes key(Random random, int chunkBytes) {
        int length = Math.max(1, switch (random.nextInt(4)) {
            case 0 -> chunkBytes * random.nextInt(1, 3) + random.nextInt(-1, 2);
            case 1 -> Math.min(1_100, chunkBytes * 3);
            case 2 -> random.nextInt(1, 6);
            default -> random.nextInt(1, chunkBytes * 3);
        });
        byte[] key = new byte[length];
        byte[] values = {0, 1, (byte) 0xff, 'a'};
        Arrays.fill(key, values[random.nextInt(4)]);
        for (int change = random.nextInt(3); change > 0; change--) {
            key[random.nextInt(length)] = values[random.nextInt(4)];
        }
        return Bytes.wrap(key);
    }

    @Test
    void shouldFitTheLongestRecordKeyInLmdb() {
        try (Tables tables = Tables.open(directory, TestDisk.SETTINGS)) {
            Tx tx = tables.write();
            IndexTree tree = new IndexTree(
                    tables.index, new Ids(tables.meta, tx), IndexTree.CHUNK_BYTES);
            byte[] key = new byte[1_100];
            Arrays.fill(key, (byte) 0xff);
            tree.put(tx, ROOT, Bytes.wrap(key), new byte[] {7});
            assertThat(tree.view(tx, ROOT, Bytes.wrap(key)).get(0)).isEqualTo((byte) 7);
            tx.txn().close();
        }
    }
}
