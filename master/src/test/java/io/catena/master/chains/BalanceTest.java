package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Planned moves, each carried out at once: what they come to and how many they are.
class BalanceTest {
    private static Site site(int server) {
        return new Site(new NodeId(server), "", 0, true);
    }

    private static List<Site> servers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(BalanceTest::site).toList();
    }

    private static List<Member> members(List<Site> sites) {
        return sites.stream().map(site -> new Member(site.node(), new Incarnation(1))).toList();
    }

    private static List<ChainConfiguration> founded(List<Site> sites) {
        return Placement.chainsFor(members(sites), sites, 3);
    }

    private static ChainConfiguration with(ChainConfiguration chain, List<Member> members) {
        return new ChainConfiguration(
                chain.chain(), chain.epoch().next(), members, Optional.empty());
    }

    /// As the leader does it: the one joins as the last, then the leaver is judged anew.
    private static List<ChainConfiguration> moved(
            List<Site> sites, List<ChainConfiguration> chains, Balance.Move move) {
        List<ChainConfiguration> next = new ArrayList<>(chains);
        int at = IntStream.range(0, chains.size())
                .filter(i -> chains.get(i).chain().equals(move.chain())).findFirst().orElseThrow();
        List<Member> longer = new ArrayList<>(chains.get(at).members());
        longer.add(new Member(move.joins(), new Incarnation(1)));
        next.set(at, with(chains.get(at), longer));
        NodeId leaver = new Balance(sites, next, 3).leaver(next.get(at));
        longer.removeIf(member -> member.node().equals(leaver));
        next.set(at, with(next.get(at), longer));
        return next;
    }

    private record End(List<ChainConfiguration> chains, int moves) {
        Balance balance(List<Site> sites) {
            return new Balance(sites, chains, 3);
        }
    }

    private static End settled(List<Site> sites, List<ChainConfiguration> chains) {
        List<ChainConfiguration> now = chains;
        for (int moves = 0; ; moves++) {
            Optional<Balance.Move> move =
                    new Balance(sites, now, 3).next(_ -> true, _ -> true);
            if (move.isEmpty()) {
                return new End(now, moves);
            }
            assertThat(moves).isLessThan(10 * chains.size());
            now = moved(sites, now, move.get());
        }
    }

    private static double spread(List<Site> sites, List<ChainConfiguration> chains) {
        Table table = new Balance(sites, chains, 3).table();
        var excesses = sites.stream().mapToDouble(site -> table.excess(site.node()))
                .summaryStatistics();
        return excesses.getMax() - excesses.getMin();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 9, 12, 30, 100})
    void shouldLeaveAFreshTableAlone(int servers) {
        List<Site> sites = servers(servers);
        Balance balance = new Balance(sites, founded(sites), 3);
        assertThat(balance.next(_ -> true, _ -> true)).isEmpty();
        assertThat(balance.turn(_ -> true)).isEmpty();
    }

    /// The new server's part, and no replica is moved that does not go to it.
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 9, 12, 30, 60})
    void shouldMoveOnlyTheFairShareToANewServer(int servers) {
        List<ChainConfiguration> before = founded(servers(servers));
        List<Site> more = servers(servers + 1);
        End end = settled(more, before);
        double share = 3.0 * before.size() / (servers + 1);
        assertThat((double) end.moves()).isLessThanOrEqualTo(Math.ceil(share));
        assertThat(spread(more, end.chains())).isLessThanOrEqualTo(1.001);
    }

    /// The drained server's seats, each once.
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 9, 12, 30, 60})
    void shouldMoveOnlyItsSeatsOffADrainedServer(int servers) {
        List<ChainConfiguration> before = founded(servers(servers));
        List<Site> fewer = servers(servers).subList(1, servers);
        long seats = before.stream().filter(chain -> chain.isMember(Member.of(1, 1))).count();
        End end = settled(fewer, before);
        assertThat(end.balance(fewer).misplaced()).isZero();
        assertThat((long) end.moves()).isBetween(seats, seats + 2);
        assertThat(spread(fewer, end.chains())).isLessThanOrEqualTo(2);
        assertThat(end.chains()).allMatch(chain -> chain.members().size() == 3);
    }

    @Test
    void shouldSayBeforehandWhatADrainMoves() {
        List<Site> sites = servers(6);
        List<ChainConfiguration> chains = founded(sites);
        List<Site> fewer = sites.subList(1, 6);
        assertThat(new Balance(fewer, chains, 3).all(1_000))
                .hasSize(settled(fewer, chains).moves());
        assertThat(new Balance(fewer, chains, 3).all(2)).hasSize(2);
    }

    private static List<Site> sites(int servers, IntFunction<Site> each) {
        return IntStream.rangeClosed(1, servers).mapToObj(each).toList();
    }

    @Test
    void shouldGiveSeatsByWeight() {
        List<Site> sites = sites(8, server -> new Site(
                new NodeId(server), "", server <= 4 ? 1_000 : 3_000, true));
        End end = settled(sites, founded(servers(8)));
        Table table = end.balance(sites).table();
        for (Site site : sites) {
            assertThat(table.seats(site.node())).as("%s", site)
                    .isBetween(site.weight() == 1_000 ? 3 : 11, site.weight() == 1_000 ? 5 : 13);
        }
    }

    @Test
    void shouldMoveReplicasApartWhenZonesAreToldLater() {
        List<Site> sites = sites(6, server -> new Site(
                new NodeId(server), "zone-" + server % 3, 0, true));
        End end = settled(sites, founded(servers(6)));
        assertThat(end.chains()).allMatch(chain -> chain.members().stream()
                .map(member -> member.node().server() % 3).distinct().count() == 3);
    }

    @Test
    void shouldNotMoveToANodeThatTakesNoSeats() {
        List<ChainConfiguration> before = founded(servers(3));
        List<Site> sites = List.of(site(1), site(2), site(3),
                new Site(new NodeId(4), "", 0, false));
        assertThat(new Balance(sites, before, 3).next(_ -> true, _ -> true)).isEmpty();
        assertThat(new Balance(servers(4), before, 3).next(
                _ -> true, node -> node.server() != 4)).isEmpty();
        assertThat(new Balance(servers(4), before, 3).next(_ -> false, _ -> true)).isEmpty();
    }

    @Test
    void shouldChooseForAShortChainWhoLacksMost() {
        List<ChainConfiguration> chains = new ArrayList<>(founded(servers(4)));
        List<Site> sites = servers(5);
        ChainConfiguration shorter = with(chains.getFirst(),
                chains.getFirst().members().subList(0, 2));
        chains.set(0, shorter);
        assertThat(new Balance(sites, chains, 3).joiners(shorter))
                .startsWith(new NodeId(5))
                .doesNotContainAnyElementsOf(shorter.members().stream()
                        .map(Member::node).toList());
    }

    /// After a failure one server is the last of all its chains.
    @Test
    void shouldTurnHeadsUntilTheyAreEvenAgain() {
        List<Site> sites = servers(3);
        List<ChainConfiguration> chains = new ArrayList<>();
        founded(sites).forEach(chain -> {
            List<Member> order = new ArrayList<>(chain.members());
            order.remove(Member.of(1, 1));
            order.add(Member.of(1, 1));
            chains.add(with(chain, order));
        });
        int turns = 0;
        Optional<Balance.Turn> turn = new Balance(sites, chains, 3).turn(_ -> true);
        while (turn.isPresent()) {
            assertThat(++turns).isLessThan(10);
            int at = turn.get().chain().value() - 1;
            List<Member> order = new ArrayList<>(chains.get(at).members());
            order.add(order.removeFirst());
            chains.set(at, with(chains.get(at), order));
            turn = new Balance(sites, chains, 3).turn(_ -> true);
        }
        assertThat(turns).isPositive();
        Table table = new Balance(sites, chains, 3).table();
        assertThat(sites).allMatch(site -> table.heads(site.node()) <= 4);
        assertThat(sites).allMatch(site -> table.heads(site.node()) >= 1);
    }

    /// Servers come one by one, from 1 to 12, and go again: always legal, always even.
    @Test
    void shouldGrowAndShrinkServerByServer() {
        List<ChainConfiguration> chains = founded(servers(3));
        for (int servers = 4; servers <= 12; servers++) {
            chains = settled(servers(servers), chains).chains();
            assertThat(spread(servers(servers), chains)).isLessThanOrEqualTo(1.001);
        }
        for (int servers = 11; servers >= 3; servers--) {
            chains = settled(servers(servers), chains).chains();
            assertThat(chains).allMatch(chain -> chain.members().size() == 3);
            assertThat(new Balance(servers(servers), chains, 3).misplaced()).isZero();
        }
    }
}
