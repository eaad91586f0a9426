package io.catena.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.SharedSetting;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustWireTest {
    private static final MasterAddress ADDRESS = new MasterAddress(new NodeId(1), "h", 9_002);
    static final JoinToken TOKEN = new JoinToken("c", 5, Bytes.utf8("digest"),
            Bytes.utf8("secret"), List.of(ADDRESS));
    private static final JoinRequest REQUEST =
            new JoinRequest(Bytes.utf8("s"), Bytes.utf8("r"), List.of("localhost"));
    private static final List<JoinReply> REPLIES = List.of(
            new JoinReply.Joined(new NodeId(4), "pem", List.of(ADDRESS),
                    List.of(new SharedSetting("region", "here"))),
            new JoinReply.NotHere(List.of(ADDRESS)), new JoinReply.Refused("why"),
            new JoinReply.Unavailable("why"));

    @Test
    void shouldReadWhatItWrote() {
        assertThat(TrustWire.decodeRequest(TrustWire.encode(REQUEST))).isEqualTo(REQUEST);
        for (JoinReply reply : REPLIES) {
            assertThat(TrustWire.decodeJoinReply(TrustWire.encode(reply))).isEqualTo(reply);
        }
        assertThat(TrustWire.tokenOfText(TrustWire.toText(TOKEN) + "\n")).isEqualTo(TOKEN);
    }

    @Test
    void shouldKeepTheLayoutOfTokens() {
        assertThat(HexFormat.of().formatHex(TrustWire.encode(TOKEN))).isEqualTo("01"
                + "00000001" + "63" + "0000000000000005" + "00000006" + "646967657374"
                + "00000006" + "736563726574" + "00000001" + "00000001" + "00000001" + "68"
                + "0000232a");
    }

    @Test
    void shouldRefuseWhatIsNoToken() {
        String text = TrustWire.toText(TOKEN);
        for (String wrong : List.of("", "x", text.substring(0, text.length() - 4),
                "catena-join-!!", "catena-join-AAAA")) {
            assertThatThrownBy(() -> TrustWire.tokenOfText(wrong))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] request = TrustWire.encode(REQUEST);
        for (int length = 0; length < request.length; length++) {
            byte[] cut = Arrays.copyOf(request, length);
            assertThatThrownBy(() -> TrustWire.decodeRequest(cut))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void shouldRefuseRequestsBeyondTheLimits() {
        byte[] names = new WireWriter().bytes(Bytes.EMPTY).bytes(Bytes.EMPTY).list(
                Collections.nCopies(JoinRequest.NAMES_MAX + 1, "n"), WireWriter::text).toArray();
        byte[] tooLong = new WireWriter().bytes(Bytes.EMPTY)
                .bytes(Bytes.wrap(new byte[JoinRequest.CERTIFICATE_REQUEST_BYTES_MAX + 1]))
                .list(List.<String>of(), WireWriter::text).toArray();
        for (byte[] wrong : List.of(names, tooLong)) {
            assertThatThrownBy(() -> TrustWire.decodeRequest(wrong))
                    .isInstanceOf(WireException.class);
        }
    }
}
