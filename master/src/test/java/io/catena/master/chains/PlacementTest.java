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

    /// The balance figures of docs/placement.md.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 10, 16, 25, 50, 100, 300})
    void shouldBalanceSeatsPairsHeadsAndTailsAtEverySize(int nodes) {
        List<ChainConfiguration> chains = chains(nodes);
        int length = Math.min(3, nodes);
        TreeMap<Member, Integer> seats = count(chains, ChainConfiguration::members);
        assertThat(seats).hasSize(nodes);
        assertThat(spread(seats)).isLessThanOrEqualTo(1);
        assertThat(spread(heads(chains, nodes))).isLessThanOrEqualTo(1);
        assertThat(spread(tails(chains, nodes))).isLessThanOrEqualTo(1);
        double mean = (double) chains.size() * length * (length - 1)
                / Math.max(1, nodes * (nodes - 1));
        assertThat((double) pairMost(chains)).isLessThanOrEqualTo(Math.ceil(mean) + 1);
    }

    private static TreeMap<Member, Integer> heads(List<ChainConfiguration> chains, int nodes) {
        return withAll(count(chains, chain -> List.of(chain.head())), nodes);
    }

    private static TreeMap<Member, Integer> tails(List<ChainConfiguration> chains, int nodes) {
        return withAll(count(chains, chain -> List.of(chain.queryTail())), nodes);
    }

    private static TreeMap<Member, Integer> withAll(TreeMap<Member, Integer> counts, int nodes) {
        IntStream.rangeClosed(1, nodes).forEach(
                node -> counts.putIfAbsent(Member.of(node, 1), 0));
        return counts;
    }

    private static int pairMost(List<ChainConfiguration> chains) {
        TreeMap<String, Integer> shared = new TreeMap<>();
        chains.forEach(chain -> chain.members().forEach(one -> chain.members().stream()
                .filter(other -> one.compareTo(other) < 0)
                .forEach(other -> shared.merge(one + " " + other, 1, Integer::sum))));
        return shared.values().stream().max(Integer::compare).orElse(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3 3", "3 6", "3 7", "4 9", "5 20", "3 60"})
    void shouldKeepMembersInDifferentZonesWhereThereAreEnough(String zonesAndServers) {
        int zones = Integer.parseInt(zonesAndServers.split(" ")[0]);
        int servers = Integer.parseInt(zonesAndServers.split(" ")[1]);
        List<Member> nodes = members("1,".repeat(servers));
        List<ChainConfiguration> chains = Placement.chainsFor(nodes, nodes.stream().map(node ->
                new Site(node.node(), "z" + node.node().server() % zones, 0, true)).toList(), 3);
        assertThat(chains).allMatch(chain -> chain.members().stream()
                .map(member -> member.node().server() % zones).distinct().count() == 3);
        assertThat(count(chains, ChainConfiguration::members)).hasSize(servers);
    }

    @Test
    void shouldSpreadOverTwoZonesAsFarAsTheyGo() {
        List<Member> nodes = members("1,1,1,1");
        List<ChainConfiguration> chains = Placement.chainsFor(nodes, nodes.stream().map(node ->
                new Site(node.node(), "z" + node.node().server() % 2, 0, true)).toList(), 3);
        assertThat(chains).allMatch(chain -> chain.members().size() == 3
                && chain.members().stream().map(member -> member.node().server() % 2)
                        .distinct().count() == 2);
    }

    @Test
    void shouldGiveSeatsByWeight() {
        List<Member> nodes = members("1,1,1,1,1,1");
        List<ChainConfiguration> chains = Placement.chainsFor(nodes, nodes.stream().map(node ->
                new Site(node.node(), "", node.node().server() <= 3 ? 1_000 : 2_000, true))
                .toList(), 3);
        assertThat(chains).hasSize(16);
        count(chains, ChainConfiguration::members).forEach((node, seats) -> assertThat(seats)
                .as("%s", node).isBetween(node.node().server() <= 3 ? 5 : 10,
                        node.node().server() <= 3 ? 6 : 11));
    }

    /// New chains stand on those that lack seats.
    @Test
    void shouldAddChainsForNewServers() {
        List<ChainConfiguration> before = chains(3);
        List<Member> nodes = members("1,1,1,1,1,1");
        List<Site> sites = nodes.stream().map(node -> new Site(node.node(), "", 0, true)).toList();
        List<ChainConfiguration> more = Placement.more(nodes, sites, before, 3);
        assertThat(more).extracting(chain -> chain.chain().value())
                .containsExactly(9, 10, 11, 12, 13, 14, 15, 16);
        assertThat(more).allMatch(chain -> chain.members().stream()
                .allMatch(member -> member.node().server() > 3));
        assertThat(Placement.more(nodes, sites, chains(6), 3)).isEmpty();
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
