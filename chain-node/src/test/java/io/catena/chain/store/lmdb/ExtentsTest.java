package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.invariant.InvariantViolation;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExtentsTest {
    @Test
    void shouldNeverHandOutWhatIsTaken() {
        Random random = new Random(11);
        Extents extents = new Extents();
        TreeMap<Long, Long> taken = new TreeMap<>();
        for (int step = 0; step < 20_000; step++) {
            if (taken.isEmpty() || random.nextInt(100) < 52) {
                long length = Extents.rounded(random.nextInt(1, 70_000));
                OptionalLong offset = extents.take(length, Long.MAX_VALUE);
                assertFree(taken, offset.getAsLong(), length);
                taken.put(offset.getAsLong(), length);
            } else {
                Long at = taken.ceilingKey(random.nextLong(extents.endBytes()));
                Map.Entry<Long, Long> one =
                        at == null ? taken.firstEntry() : taken.ceilingEntry(at);
                taken.remove(one.getKey());
                extents.release(one.getKey(), one.getValue());
            }
            long used = taken.values().stream().mapToLong(Long::longValue).sum();
            assertThat(extents.freeBytes()).isEqualTo(extents.endBytes() - used);
        }
        taken.forEach(extents::release);
        assertThat(extents.endBytes()).isZero();
        assertThat(extents.freeBytes()).isZero();
    }

    private static void assertFree(TreeMap<Long, Long> taken, long offset, long length) {
        Map.Entry<Long, Long> before = taken.lowerEntry(offset + length);
        assertThat(before == null || before.getKey() + before.getValue() <= offset).isTrue();
    }

    @Test
    void shouldFindGapsBetweenOccupiedExtents() {
        Extents extents = new Extents();
        extents.occupied(4_096, 4_096);
        extents.occupied(16_384, 8_192);
        assertThat(extents.freeBytes()).isEqualTo(12_288);
        assertThat(extents.take(4_096, 0)).hasValue(0);
        assertThat(extents.take(8_192, 0)).hasValue(8_192);
        assertThat(extents.take(4_096, 0)).isEmpty();
        assertThat(extents.take(4_096, 4_096)).hasValue(24_576);
    }

    @Test
    void shouldForgetTheSmallestGapsOfTooMany() {
        Extents extents = new Extents(2);
        for (int at = 0; at < 7; at++) {
            extents.occupied(at * 16_384L, 16_384);
        }
        extents.release(16_384, 16_384);
        extents.release(3 * 16_384, 4_096);
        extents.release(5 * 16_384, 8_192);
        assertThat(extents.freeBytes()).isEqualTo(24_576);
        assertThat(extents.take(4_096, 0)).hasValue(5 * 16_384);
        extents.release(2 * 16_384, 16_384);
        // What is forgotten does not join.
        assertThat(extents.take(32_768, 0)).hasValue(16_384);
        assertThat(extents.take(8_192, 0)).isEmpty();
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        Extents extents = new Extents();
        extents.occupied(0, 8_192);
        assertThatThrownBy(() -> extents.occupied(4_096, 4_096))
                .isInstanceOf(InvariantViolation.class);
        extents.release(0, 4_096);
        assertThatThrownBy(() -> extents.release(0, 4_096)).isInstanceOf(InvariantViolation.class);
    }
}
