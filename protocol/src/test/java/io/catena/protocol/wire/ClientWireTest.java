package io.catena.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientWireTest {
    private static final ChainId CHAIN = new ChainId(1);
    private static final Epoch EPOCH = new Epoch(2);
    private static final Bytes KEY = Bytes.utf8("key");
    private static final Position AT = Position.of(2, 9);

    static List<ClientMessage> messages() {
        List<Condition> conditions = List.of(new Condition.Absent(KEY), new Condition.Present(KEY),
                new Condition.TagIs(KEY, Bytes.utf8("t")), new Condition.PositionIs(KEY, AT),
                new Condition.PrefixEmpty(KEY));
        return List.of(
                new ClientMessage.Write(CHAIN, EPOCH, new RequestId(3, 4), conditions,
                        List.of(new Mutation.Delete(KEY, false))),
                new ClientMessage.Get(CHAIN, EPOCH, KEY, ReadLevel.STRONG),
                new ClientMessage.Get(CHAIN, EPOCH, KEY, new ReadLevel.Eventual()),
                new ClientMessage.Scan(CHAIN, EPOCH, new ScanRange(
                        KEY, Bytes.EMPTY, Bytes.utf8("/"), 7, 8, 9), new ReadLevel.Bounded(5, 6)),
                new ClientMessage.GetUsage(CHAIN, EPOCH, Scopes.of(3), ReadLevel.STRONG));
    }

    static List<ClientReply> replies() {
        Version version = new Version(AT, KEY, KEY, Optional.empty(), false);
        return List.of(
                new ClientReply.Stored(AT), new ClientReply.Refused(1, true),
                new ClientReply.Found(version), new ClientReply.Missing(),
                new ClientReply.Page(List.of(new ScanEntry.Item(KEY, version),
                        new ScanEntry.CommonPrefix(KEY)), Optional.of(KEY)),
                new ClientReply.AskAnother(EPOCH, "why"), new ClientReply.Busy("full"),
                new ClientReply.TooFewReplicas(1, 2), new ClientReply.NoSpace(),
                new ClientReply.Unknown("?"), new ClientReply.Invalid("no"),
                new ClientReply.TooStale("no lease"),
                new ClientReply.Used(new Usage(1, -2, Long.MAX_VALUE)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldReadTheMessageItWrote(ClientMessage message) {
        byte[] bytes = ClientWire.encode(message);

        assertThat(ClientWire.decodeMessage(bytes)).isEqualTo(message);
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ClientWire.decodeMessage(part))
                    .isInstanceOf(WireException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("replies")
    void shouldReadTheReplyItWrote(ClientReply reply) {
        byte[] bytes = ClientWire.encode(reply);

        assertThat(ClientWire.decodeReply(bytes)).isEqualTo(reply);
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ClientWire.decodeReply(part))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void shouldRefuseABoundThatIsNone() {
        byte[] bytes = ClientWire.encode(
                new ClientMessage.Get(CHAIN, EPOCH, KEY, new ReadLevel.Bounded(5, 6)));
        bytes[bytes.length - 16] = -1;

        assertThatThrownBy(() -> ClientWire.decodeMessage(bytes))
                .isInstanceOf(WireException.class);
    }

    @Test
    void shouldHaveATestOfEveryReply() {
        assertThat(replies()).hasSize(ClientReply.class.getPermittedSubclasses().length);
    }

    @Test
    void shouldKeepItsLayout() {
        assertThat(HexFormat.of().formatHex(ClientWire.encode(
                new ClientMessage.Get(CHAIN, EPOCH, KEY, ReadLevel.STRONG))))
                .isEqualTo("02" + "00000001" + "0000000000000002" + "00000003" + "6b6579" + "01");
        assertThat(HexFormat.of().formatHex(ClientWire.encode(
                new ClientMessage.Get(CHAIN, EPOCH, KEY, new ReadLevel.Bounded(5, 6)))))
                .endsWith("6b6579" + "03" + "0000000000000005" + "0000000000000006");
        assertThat(HexFormat.of().formatHex(ClientWire.encode(
                new ClientMessage.GetUsage(CHAIN, EPOCH, Scopes.of(5), ReadLevel.STRONG))))
                .isEqualTo("06" + "00000001" + "0000000000000002" + "00000001"
                        + "0000000000000005" + "0000000000000005" + "01");
        assertThat(HexFormat.of().formatHex(ClientWire.encode(new ClientMessage.Scan(CHAIN, EPOCH,
                ScanRange.all(KEY, Bytes.EMPTY, 7).showing(new Slots(0x99), 3),
                ReadLevel.STRONG))))
                .isEqualTo("05" + "00000001" + "0000000000000002" + "00000003" + "6b6579"
                        + "00000000" + "00000000" + "00000007" + "7fffffff" + "00100000"
                        + "0000000000000099" + "00000003" + "01");
        assertThat(HexFormat.of().formatHex(ClientWire.encode(
                new ClientReply.Used(new Usage(1, 2, 3)))))
                .isEqualTo("0d" + "0000000000000001" + "0000000000000002" + "0000000000000003");
        assertThat(HexFormat.of().formatHex(ClientWire.encode(new ClientReply.Stored(AT))))
                .isEqualTo("01" + "0000000000000002" + "0000000000000009");
    }
}
