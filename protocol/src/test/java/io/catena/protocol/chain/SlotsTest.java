package io.catena.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlotsTest {
    /// Stored scopes and maps of buckets rest on it: it never changes.
    @Test
    void shouldKeepTheSlotsOfKeys() {
        assertThat(Slots.slotOf(Bytes.EMPTY)).isZero();
        assertThat(Slots.slotOf(Bytes.utf8("123456789"))).isEqualTo(0xe3069283 & 0xfff);
        assertThat(Slots.slotOf(Bytes.utf8("xx123456789"), 2)).isEqualTo(0x283);
        assertThat(Slots.groupOf(Bytes.utf8("123456789"))).isEqualTo(0x283 / 64);
    }

    @Test
    void shouldHoldTheKeysOfItsGroups() {
        Slots slots = Slots.range(1_024, 2_048);
        assertThat(slots).isEqualTo(new Slots(0xffff0000L));
        for (int i = 0; i < 1_000; i++) {
            Bytes key = Bytes.utf8("key" + i);
            int slot = Slots.slotOf(key);
            assertThat(slots.holds(key)).isEqualTo(slot >= 1_024 && slot < 2_048);
            assertThat(Slots.ALL.holds(key)).isTrue();
            assertThat(Slots.NONE.holds(key)).isFalse();
        }
        assertThat(Slots.range(0, Slots.COUNT)).isEqualTo(Slots.ALL);
        assertThat(Slots.range(4_032, 4_096)).isEqualTo(new Slots(1L << 63));
        assertThat(Slots.range(0, 64).with(Slots.range(64, Slots.COUNT))).isEqualTo(Slots.ALL);
    }

    @Test
    void shouldTakeWholeGroupsOnly() {
        for (int[] range : List.of(new int[] {0, 65}, new int[] {1, 64}, new int[] {64, 64},
                new int[] {-64, 64}, new int[] {0, 8_192})) {
            assertThatThrownBy(() -> Slots.range(range[0], range[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
