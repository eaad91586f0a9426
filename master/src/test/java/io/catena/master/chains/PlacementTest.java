package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
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

    @ParameterizedTest
    @ValueSource(strings = {"2", "2,2", "2,2,2", "4,4,4", "2,2,2,2", "3,3,3,3,3", "2,2,2,2,2,2,2",
        "12,12,12", "2,1,1,1", "4,1,1", "1,2,3", "4,3,2,1", "1,1,8,8,8", "32,32,32,32"})
    void shouldNeverPutTwoMembersOnOneServer(String disks) {
        List<ChainConfiguration> chains = chains(disks);
        int servers = disks.split(",").length;
        assertThat(chains).allMatch(chain -> chain.members().size() == Math.min(3, servers)
                && chain.members().stream().map(member -> member.node().server()).distinct()
                        .count() == chain.members().size());
        assertThat(count(chains, ChainConfiguration::members)).as("every disk is used")
                .hasSameSizeAs(members(disks));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2,2,2", "4,4,4", "2,2,2,2", "3,3,3,3,3", "2,2,2,2,2,2,2", "12,12,12",
        "1,1,8,8,8"})
    void shouldSpreadReplicasHeadsAndTailsOverAllDisks(String disks) {
        List<ChainConfiguration> chains = chains(disks);
        assertThat(count(chains, ChainConfiguration::members).values())
                .allMatch(seats -> seats == 7 || seats == 8);
        assertThat(spread(count(chains, c -> List.of(c.head())))).isLessThanOrEqualTo(1);
        assertThat(spread(count(chains, c -> List.of(c.queryTail())))).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2,1,1,1", "4,3,2,1"})
    void shouldSpreadHeadsAndTailsOverUnevenServersToo(String disks) {
        List<ChainConfiguration> chains = chains(disks);
        assertThat(count(chains, ChainConfiguration::members).values())
                .allMatch(seats -> seats >= 6 && seats <= 9);
        assertThat(spread(count(chains, c -> List.of(c.head())))).isLessThanOrEqualTo(1);
        assertThat(spread(count(chains, c -> List.of(c.queryTail())))).isLessThanOrEqualTo(1);
    }

    /// Three servers: each is in every chain, whatever its disks.
    @Test
    void shouldDivideAServersPartAmongItsDisks() {
        List<ChainConfiguration> chains = chains("4,1,1");
        TreeMap<Member, Integer> seats = count(chains, ChainConfiguration::members);
        assertThat(chains).hasSize(16);
        assertThat(seats.entrySet()).allMatch(one ->
                one.getValue() == (one.getKey().node().server() == 1 ? 4 : 16));
    }

    private static List<Member> members(String disks) {
        List<Member> members = new ArrayList<>();
        for (String count : disks.split(",")) {
            int server = members.isEmpty() ? 1 : members.getLast().node().server() + 1;
            IntStream.rangeClosed(1, Integer.parseInt(count)).forEach(disk ->
                    members.add(new Member(new NodeId(server, disk), new Incarnation(1))));
        }
        return members;
    }

    private static List<ChainConfiguration> chains(String disks) {
        return Placement.chainsFor(members(disks), 3);
    }

    private static TreeMap<Member, Integer> count(
            int nodes, Function<ChainConfiguration, List<Member>> seats) {
        return count(chains(nodes), seats);
    }

    private static TreeMap<Member, Integer> count(
            List<ChainConfiguration> chains, Function<ChainConfiguration, List<Member>> seats) {
        TreeMap<Member, Integer> counts = new TreeMap<>();
        chains.forEach(chain ->
                seats.apply(chain).forEach(member -> counts.merge(member, 1, Integer::sum)));
        return counts;
    }

    private static int spread(TreeMap<Member, Integer> counts) {
        return counts.values().stream().max(Integer::compare).orElseThrow()
                - counts.values().stream().min(Integer::compare).orElseThrow();
    }
}
