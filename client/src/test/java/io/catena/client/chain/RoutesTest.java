package io.catena.client.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final ChainConfiguration CHAIN = new ChainConfiguration(new ChainId(1),
            new Epoch(1), List.of(Member.of(1, 1), Member.of(2, 1), Member.of(3, 1)),
            Optional.empty());

    private static int read(int near, List<Integer> zone, int attempt, int turn) {
        return Routes.forRead(CHAIN, Optional.of(new NodeId(near)),
                node -> zone.contains(node.server()), attempt, turn).server();
    }

    @Test
    void shouldReadFromItsOwnServerThenFromTheNextOnes() {
        for (int turn = 0; turn < 3; turn++) {
            assertThat(read(2, List.of(3), 0, turn)).isEqualTo(2);
            assertThat(read(2, List.of(3), 1, turn)).isEqualTo(3);
            assertThat(read(2, List.of(3), 2, turn)).isEqualTo(1);
        }
    }

    @Test
    void shouldPreferReplicasInItsOwnZone() {
        assertThat(read(9, List.of(9, 3), 0, 0)).isEqualTo(3);
        assertThat(read(9, List.of(9, 3), 0, 1)).isEqualTo(3);
        assertThat(read(9, List.of(9, 3), 1, 1)).as("then any other").isEqualTo(1);
        assertThat(List.of(read(9, List.of(1, 3), 0, 0), read(9, List.of(1, 3), 0, 1)))
                .as("in turn").containsExactly(1, 3);
    }

    @Test
    void shouldApportionReadsWithoutAnyBodyNear() {
        assertThat(List.of(read(9, List.of(), 0, 0), read(9, List.of(), 0, 1),
                read(9, List.of(), 0, 2))).containsExactly(1, 2, 3);
    }
}
