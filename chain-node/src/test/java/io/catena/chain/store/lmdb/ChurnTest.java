package io.catena.chain.store.lmdb;

import static io.catena.chain.store.lmdb.TestDisk.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.BodyRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Space comes back: objects of all sizes are replaced until ten times the disk was written.
class ChurnTest {
    private static final long CAPACITY_BYTES = 96L << 20;
    private static final double FULL = 0.75;
    private static final int KEYS = 700;

    @TempDir
    private Path directory;

    private final Random random = new Random(1);
    private final List<String> keys = new ArrayList<>();
    private final long[] lengths = new long[KEYS];
    private long seq;
    private long bodies;
    private long liveBytes;
    private long writtenBytes;

    @Test
    @Timeout(120)
    void shouldReuseSpaceAndGiveItBack() throws IOException {
        LmdbSettings settings = TestDisk.SETTINGS.withDataBytesMax(CAPACITY_BYTES)
                .withReadGraceMillis(0).withHistory(16, 1 << 20, 16);
        try (TestDisk test = new TestDisk(directory, settings)) {
            for (int key = 0; key < KEYS && liveBytes < FULL * CAPACITY_BYTES - (1 << 20); key++) {
                keys.add("key-%04d".formatted(key));
                replace(test, key);
            }
            long indexBytes = usedIndexBytes(test);
            while (writtenBytes < 10 * CAPACITY_BYTES) {
                replace(test, random.nextInt(keys.size()));
            }
            free(test);
            assertThat(usedBytes(test)).isEqualTo(liveBytes);
            long beforeBytes = liveBytes + indexBytes;
            assertThat(usedBytes(test) + usedIndexBytes(test))
                    .isLessThan(beforeBytes + beforeBytes / 20);
            assertThat(Files.size(directory.resolve("bodies.dat")))
                    .isLessThanOrEqualTo(CAPACITY_BYTES);
            for (String key : keys) {
                test.store(++seq, TestDisk.delete(key));
            }
            free(test);
            assertThat(usedBytes(test)).isZero();
            assertThat(Files.size(directory.resolve("bodies.dat"))).isZero();
        }
    }

    private void replace(TestDisk test, int key) {
        boolean fits = false;
        while (!fits) {
            // Mostly small ones, many near a megabyte.
            int length = (random.nextBoolean() ? 1 + random.nextInt(8 << 10)
                    : 1 + random.nextInt(900 << 10));
            fits = liveBytes - lengths[key] + rounded(length) < FULL * CAPACITY_BYTES;
            if (fits) {
                BodyRef body = test.stage(TestDisk.bytes(length, seq), ++bodies);
                test.store(++seq, put(keys.get(key), "v", body));
                liveBytes += rounded(length) - lengths[key];
                lengths[key] = rounded(length);
                writtenBytes += length;
            }
        }
        if (seq % 8 == 0) {
            free(test);
        }
    }

    private static long rounded(int length) {
        return Extents.rounded(length);
    }

    private static void free(TestDisk test) {
        test.nowMillis++;
        test.sweep();
        test.sweep(); // What the first one freed may be at the end of the file.
    }

    private static long usedBytes(TestDisk test) {
        return CAPACITY_BYTES - test.disk.bodies().freeBytes();
    }

    private static long usedIndexBytes(TestDisk test) {
        return test.disk.tables().usedBytes();
    }
}
