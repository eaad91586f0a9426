package io.catena.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.NodeId;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NodeWireTest {
    private static String hex(NodeId node) {
        WireWriter out = new WireWriter();
        ClusterWire.nodeId(out, node);
        return HexFormat.of().formatHex(out.toArray());
    }

    private static NodeId node(String hex) {
        return ClusterWire.nodeId(new WireReader(HexFormat.of().parseHex(hex)));
    }

    @Test
    void shouldWriteTheFirstNodeOfAServerAsItsNumber() {
        assertThat(hex(new NodeId(3))).isEqualTo("00000003");
        assertThat(hex(new NodeId(3, 2))).isEqualTo("01000003");
        assertThat(hex(new NodeId(NodeId.SERVER_MAX, NodeId.DISK_MAX))).isEqualTo("1f98967f");
    }

    @Test
    void shouldReadEveryNodeAsItWasWritten() {
        for (int disk = 1; disk <= NodeId.DISK_MAX; disk++) {
            for (int server : new int[] {1, 2, 1_000, NodeId.SERVER_MAX}) {
                NodeId node = new NodeId(server, disk);
                assertThat(node(hex(node))).isEqualTo(node);
            }
        }
    }

    @Test
    void shouldRefuseNumbersOfNoNode() {
        for (String hex : new String[] {"00000000", "20000001", "ffffffff", "01000000"}) {
            assertThatThrownBy(() -> node(hex)).isInstanceOf(WireException.class);
        }
    }

    @Test
    void shouldAddressARequest() {
        byte[] head = NodeWire.head(new NodeId(3, 2));
        assertThat(head).hasSize(NodeWire.HEAD_BYTES);
        assertThat(HexFormat.of().formatHex(head)).isEqualTo("01000003");
        byte[] request = Arrays.copyOf(head, 9);
        assertThat(NodeWire.addressee(request)).isEqualTo(new NodeId(3, 2));
        assertThatThrownBy(() -> NodeWire.addressee(new byte[3]))
                .isInstanceOf(WireException.class);
    }
}
