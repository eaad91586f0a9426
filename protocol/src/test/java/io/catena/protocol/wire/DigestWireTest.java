package io.catena.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.message.DigestMessage;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DigestWireTest {
    @Test
    void shouldKeepItsBytes() {
        var question = new DigestMessage.Question(new ChainId(7), 9);
        byte[] asked = DigestWire.encode(question);
        assertThat(HexFormat.of().formatHex(asked)).isEqualTo("00000007" + "0000000000000009");
        assertThat(DigestWire.question(asked)).isEqualTo(question);

        var known = new DigestMessage.Answer(Optional.of(new IndexDigest(1, 2, 3)));
        assertThat(HexFormat.of().formatHex(DigestWire.encode(known))).isEqualTo("01"
                + "0000000000000001" + "0000000000000002" + "0000000000000003");
        assertThat(DigestWire.answer(DigestWire.encode(known))).isEqualTo(known);
        var unknown = new DigestMessage.Answer(Optional.empty());
        assertThat(DigestWire.answer(DigestWire.encode(unknown))).isEqualTo(unknown);
        assertThatThrownBy(() -> DigestWire.question(new byte[13]))
                .isInstanceOf(WireException.class);
    }
}
