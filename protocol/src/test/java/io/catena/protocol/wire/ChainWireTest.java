package io.catena.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.Envelope;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChainWireTest {
    private static final Bytes KEY = Bytes.utf8("key");
    private static final Position AT = Position.of(2, 9);
    private static final BodyRef BODY = new BodyRef(new BodyId(1, -2), 4096, 0xcafebabe);
    private static final Update UPDATE = new Update(AT, new RequestId(3, 4), List.of(
            new Mutation.Put(KEY, Bytes.utf8("t"), Bytes.utf8("v"), Optional.of(BODY), true, false),
            new Mutation.Delete(Bytes.utf8("gone"), true)));
    private static final Charge CHARGE = new Charge(0x77, 1, 0, 0x88);

    static List<ChainMessage> messages() {
        Version version = new Version(AT, KEY, Bytes.EMPTY, Optional.of(BODY), true);
        Version counted = new Version(
                AT, KEY, Bytes.EMPTY, Optional.empty(), false, Optional.of(CHARGE));
        return List.of(
                new ChainMessage.Hello(), new ChainMessage.At(AT, 5),
                new ChainMessage.Append(UPDATE), new ChainMessage.DurableThrough(6),
                new ChainMessage.Acknowledge(Long.MAX_VALUE), new ChainMessage.CommittedQuery(1),
                new ChainMessage.CommittedAnswer(1, 2), new ChainMessage.JoinAt(AT, true),
                new ChainMessage.CopyStart(AT, false),
                new ChainMessage.CopyChunk(1, Bytes.EMPTY, KEY, false, 8,
                        List.of(new ScanEntry.Item(KEY, version),
                                new ScanEntry.Item(KEY, counted))),
                new ChainMessage.CopyOutcomes(
                        2, List.of(new ChainMessage.Outcome(new RequestId(-1, 0), AT))),
                new ChainMessage.CopyStored(2), new ChainMessage.CommittedThrough(7),
                new ChainMessage.CopyEnd(8), new ChainMessage.Whole(9),
                new ChainMessage.Filled(10), new ChainMessage.Room(true));
    }

    private static Envelope envelope(ChainMessage message) {
        return new Envelope(
                new ChainId(5), new Epoch(6), Member.of(1, 2), Member.of(3, 4), message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldReadWhatItWrote(ChainMessage message) {
        Envelope envelope = envelope(message);

        assertThat(ChainWire.decodeEnvelope(ChainWire.encode(envelope))).isEqualTo(envelope);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldRefuseEveryMessageThatIsCutShortOrTooLong(ChainMessage message) {
        byte[] bytes = ChainWire.encode(envelope(message));

        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ChainWire.decodeEnvelope(part))
                    .isInstanceOf(WireException.class);
        }
        assertThatThrownBy(() -> ChainWire.decodeEnvelope(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(WireException.class);
    }

    @Test
    void shouldHaveATestOfEveryMessage() {
        assertThat(messages()).extracting(m -> (Object) m.getClass())
                .containsExactlyInAnyOrder((Object[]) ChainMessage.class.getPermittedSubclasses())
                .hasSize(17);
    }

    @Test
    void shouldKeepItsLayout() {
        assertThat(HexFormat.of().formatHex(
                ChainWire.encode(envelope(new ChainMessage.Append(UPDATE)))))
                .isEqualTo("00000005" + "0000000000000006"
                        + "00000001" + "0000000000000002" + "00000003" + "0000000000000004" + "03"
                        + "0000000000000002" + "0000000000000009"
                        + "0000000000000003" + "0000000000000004" + "00000002"
                        + "01" + "00000003" + "6b6579" + "00000001" + "74" + "00000001" + "76"
                        + "01" + "0000000000000001" + "fffffffffffffffe" + "00001000" + "cafebabe"
                        + "01" + "00"
                        + "02" + "00000004" + "676f6e65" + "01");
        assertThat(HexFormat.of().formatHex(
                ChainWire.encode(envelope(new ChainMessage.JoinAt(AT, true)))))
                .endsWith("08" + "0000000000000002" + "0000000000000009" + "01");
    }

    @Test
    void shouldKeepTheLayoutOfWhatCounts() {
        WireWriter mutation = new WireWriter();
        ChainWire.mutation(mutation, new Mutation.Put(KEY, Bytes.EMPTY, Bytes.EMPTY,
                Optional.empty(), false, true, Optional.of(CHARGE)));
        assertThat(HexFormat.of().formatHex(mutation.toArray())).isEqualTo(
                "03" + "00000003" + "6b6579" + "00000000" + "00000000" + "00" + "00" + "01"
                + "0000000000000077" + "01" + "00" + "0000000000000088");
        WireWriter version = new WireWriter();
        ChainWire.version(version, new Version(
                AT, KEY, Bytes.EMPTY, Optional.empty(), true, Optional.of(CHARGE)));
        assertThat(HexFormat.of().formatHex(version.toArray())).endsWith("00000000" + "00" + "03"
                + "0000000000000077" + "01" + "00" + "0000000000000088");
    }

    @Test
    void shouldReadTheMutationThatCounts() {
        WireWriter out = new WireWriter();
        Mutation put = new Mutation.Put(KEY, Bytes.EMPTY, Bytes.EMPTY,
                Optional.empty(), false, true, Optional.of(CHARGE));
        ChainWire.mutation(out, put);
        byte[] bytes = out.toArray();

        assertThat(ChainWire.mutation(new WireReader(bytes))).isEqualTo(put);
        bytes[bytes.length - 10] = 2;
        assertThatThrownBy(() -> ChainWire.mutation(new WireReader(bytes)))
                .isInstanceOf(WireException.class);
    }

    @Test
    void shouldReadTheConfigurationItWrote() {
        ChainConfiguration configuration = new ChainConfiguration(new ChainId(5), new Epoch(6),
                List.of(Member.of(1, 1), Member.of(2, 3)), Optional.of(Member.of(4, 1)));
        WireWriter out = new WireWriter();
        ChainWire.configuration(out, configuration);

        assertThat(ChainWire.configuration(new WireReader(out.toArray()))).isEqualTo(configuration);
    }

    @Test
    void shouldRefuseALengthBeyondTheMessage() {
        assertThatThrownBy(() -> new WireReader(new byte[] {0x7f, -1, -1, -1}).bytes())
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new WireReader(new byte[] {-1, -1, -1, -1}).list(WireReader::u8))
                .isInstanceOf(WireException.class);
    }
}
