package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static List<ChainConfiguration> chains(int nodes) {
        return Placement.chainsFor(
                IntStream.rangeClosed(1, nodes).mapToObj(node -> Member.of(node, 1)).toList(), 3);
    }

    @Test
    void shouldMakeEightChainsUpToThreeServers() {
        assertThat(chains(1)).hasSize(8).allMatch(chain -> chain.members().size() == 1);
        assertThat(chains(2)).hasSize(8).allMatch(chain -> chain.members().size() == 2);
        assertThat(chains(3)).hasSize(8).allMatch(chain -> chain.members().size() == 3);
    }

    @Test
    void shouldKeepEightReplicasPerNodeWithMoreServers() {
        assertThat(chains(6)).hasSize(16).allMatch(chain -> chain.members().size() == 3);
        assertThat(chains(12)).hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 9, 12, 30})
    void shouldSpreadEveryPositionEvenly(int nodes) {
        int positions = Math.min(3, nodes);
        for (int position = 0; position < positions; position++) {
            int at = position;
            TreeMap<Member, Integer> counts = count(nodes, chain -> List.of(
                    chain.members().get(at)));
            assertThat(counts).hasSize(nodes);
            assertThat(spread(counts)).as("position %d of %d nodes", position, nodes)
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void shouldSpreadTheWorkOfADeadNodeOverManyOthers() {
        TreeMap<Member, Integer> partners = count(7, chain ->
                chain.isMember(Member.of(1, 1)) ? chain.members() : List.of());
        assertThat(partners).hasSizeGreaterThanOrEqualTo(6);
    }

    private static TreeMap<Member, Integer> count(
            int nodes, Function<ChainConfiguration, List<Member>> seats) {
        TreeMap<Member, Integer> counts = new TreeMap<>();
        chains(nodes).forEach(chain ->
                seats.apply(chain).forEach(member -> counts.merge(member, 1, Integer::sum)));
        return counts;
    }

    private static int spread(TreeMap<Member, Integer> counts) {
        return counts.values().stream().max(Integer::compare).orElseThrow()
                - counts.values().stream().min(Integer::compare).orElseThrow();
    }
}
