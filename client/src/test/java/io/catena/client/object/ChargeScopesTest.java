package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Slots;
import org.junit.jupiter.api.Test;

class ChargeScopesTest {
    /// They are stored with every object's record.
    @Test
    void shouldKeepScopes() {
        assertThat(ChargeScopes.of(5, Bytes.utf8("123456789")))
                .isEqualTo(0x4000_0000_0000_0000L + 5 * 64 + 0x283 / 64);
        assertThat(ChargeScopes.former(5)).isEqualTo(Scopes.of(5));
    }

    @Test
    void shouldCoverTheGroupsOfAShardAndNoOther() {
        Slots slots = Slots.range(0, 1_024).with(Slots.range(3_072, 4_096));
        Scopes scopes = ChargeScopes.of(5, slots);
        assertThat(scopes.holds(5)).isTrue();
        assertThat(scopes.holds(6)).isFalse();
        for (int i = 0; i < 1_000; i++) {
            Bytes key = Bytes.utf8("key" + i);
            assertThat(scopes.holds(ChargeScopes.of(5, key))).isEqualTo(slots.holds(key));
            assertThat(scopes.holds(ChargeScopes.of(4, key))).isFalse();
            assertThat(scopes.holds(ChargeScopes.of(6, key))).isFalse();
        }
        Slots scattered = new Slots(0x5555_5555_5555_5555L);
        assertThat(ChargeScopes.of(5, scattered).ranges()).hasSize(33);
        assertThat(ChargeScopes.of(5, Slots.ALL).ranges()).hasSize(2);
    }
}
