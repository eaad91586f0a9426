package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// New chains, the first ones or further ones beside others: separate servers and zones, each node
/// its share of seats, pairs and places balanced. The whole algorithm is docs/placement.md.
public final class Placement {
    /// Replicas per node: enough that the work of a dead node spreads over the others, few enough
    /// that one group commit serves them all.
    static final int REPLICAS_PER_NODE = 8;
    /// Exchanges looked at to balance pairs; bounds the time that it takes.
    private static final int LOOKS_MAX = 200_000;

    private final Zones zones;
    private final Table table;
    private final int former;

    private Placement(Zones zones, Table table) {
        this.zones = zones;
        this.table = table;
        this.former = table.chainCount();
    }

    /// The first chains in epoch 1 over nodes of equal weight, without zones.
    ///
    /// @param nodes at least one, each once
    /// @param replication members of a chain, when there are so many servers
    public static List<ChainConfiguration> chainsFor(List<Member> nodes, int replication) {
        return chainsFor(nodes, nodes.stream()
                .map(node -> new Site(node.node(), "", 0, true)).toList(), replication);
    }

    /// The first chains in epoch 1, as many as [#wanted] says.
    ///
    /// @param sites one for each of `nodes`
    public static List<ChainConfiguration> chainsFor(
            List<Member> nodes, List<Site> sites, int replication) {
        return more(nodes, sites, List.of(), replication);
    }

    /// Further chains, so that there are as many as there should be; none when there are enough.
    ///
    /// @param nodes that take seats, in their present lives
    /// @param sites all that chains stand on
    /// @param present the chains that there are
    public static List<ChainConfiguration> more(List<Member> nodes, List<Site> sites,
            List<ChainConfiguration> present, int replication) {
        Zones zones = Zones.of(sites, replication);
        int count = wanted(sites.size(), zones.length());
        int first = present.stream().mapToInt(chain -> chain.chain().value()).max().orElse(0) + 1;
        Table table = new Table(Shares.of(sites, zones, Math.max(count, present.size())),
                present.stream().map(Balance::nodes).toList(), zones.length());
        Placement placement = new Placement(zones, table);
        List<NodeId> takers = nodes.stream().map(Member::node).sorted().toList();
        for (int chain = present.size(); chain < count; chain++) {
            placement.addChain(takers, count);
        }
        placement.spreadPairs();
        placement.spreadPlaces();
        return placement.configurations(nodes, first);
    }

    /// Eight chains up to three servers of one disk with replication 3, more with more disks.
    static int wanted(int nodes, int length) {
        return Math.max(REPLICAS_PER_NODE, REPLICAS_PER_NODE * nodes / length);
    }

    private void addChain(List<NodeId> takers, int count) {
        List<NodeId> chosen = new ArrayList<>(table.length());
        double grown = (table.chainCount() + 1.0) / count;
        SortedMap<Integer, Double> lacking = new TreeMap<>();
        takers.forEach(node -> lacking.merge(node.server(), lacks(node, grown), Double::sum));
        while (chosen.size() < table.length()) {
            Optional<NodeId> next = mostLacking(takers, chosen, lacking, grown);
            if (next.isEmpty()) {
                return; // Too few that take seats: the chains there are must do.
            }
            chosen.add(next.get());
        }
        Collections.rotate(chosen, -(table.chainCount() % table.length()));
        table.add(chosen);
    }

    /// Seats that a node lacks when so much of the table is made.
    private double lacks(NodeId node, double grown) {
        return table.share(node) * grown - table.seats(node);
    }

    /// The server that lacks most, then its node that lacks most; among equals the one that shares
    /// the fewest chains with those chosen, then the next in turn.
    private Optional<NodeId> mostLacking(List<NodeId> takers, List<NodeId> chosen,
            SortedMap<Integer, Double> lacking, double grown) {
        int turn = table.chainCount();
        List<NodeId> free = IntStream.range(0, takers.size())
                .mapToObj(i -> takers.get((turn + i) % takers.size()))
                .filter(node -> zones.admits(chosen, node)).toList();
        List<NodeId> ofServers = most(free, node -> rounded(lacking.get(node.server())));
        return most(most(ofServers, node -> rounded(lacks(node, grown))),
                node -> -table.sharing(node, chosen, 1)).stream().findFirst();
    }

    /// Those with the greatest value, in their order.
    private static List<NodeId> most(List<NodeId> nodes, ToLongFunction<NodeId> value) {
        long[] values = nodes.stream().mapToLong(value).toArray();
        long greatest = LongStream.of(values).max().orElse(0);
        return IntStream.range(0, values.length).filter(i -> values[i] == greatest)
                .mapToObj(nodes::get).toList();
    }

    private static long rounded(double seats) {
        return Math.round(seats / Table.NOTHING);
    }

    /// Two new chains exchange members wherever that makes the sum of all squared sharings smaller.
    private void spreadPairs() {
        int looks = 0;
        boolean changed = true;
        while (changed && looks < LOOKS_MAX) {
            changed = false;
            for (int one = former; one < table.chainCount(); one++) {
                for (int other = one + 1; other < table.chainCount() && isCrowded(one); other++) {
                    looks += table.length() * table.length();
                    changed |= looks < LOOKS_MAX && exchange(one, other);
                }
            }
        }
    }

    /// Two of its members share more than one chain more than the mean.
    private boolean isCrowded(int chain) {
        List<NodeId> members = table.members(chain);
        return members.stream().anyMatch(node -> members.stream()
                .anyMatch(other -> table.shared(node, other) > 1 + meanSharing(node)));
    }

    private double meanSharing(NodeId node) {
        return (double) table.seats(node) * (table.length() - 1)
                / Math.max(1, table.nodes().size() - 1);
    }

    private boolean exchange(int one, int other) {
        for (int i = 0; i < table.length(); i++) {
            for (int j = 0; j < table.length(); j++) {
                if (exchange(one, i, other, j)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean exchange(int one, int i, int other, int j) {
        List<NodeId> ones = new ArrayList<>(table.members(one));
        List<NodeId> others = new ArrayList<>(table.members(other));
        NodeId goes = ones.remove(i);
        NodeId comes = others.remove(j);
        if (ones.contains(comes) || others.contains(goes)
                || !zones.admits(ones, comes) || !zones.admits(others, goes)) {
            return false;
        }
        // Whom both chains have stands beside both before and after.
        List<NodeId> onlyOnes = ones.stream().filter(node -> !others.contains(node)).toList();
        List<NodeId> onlyOthers = others.stream().filter(node -> !ones.contains(node)).toList();
        int change = table.sharing(goes, onlyOnes, -1) + table.sharing(comes, onlyOnes, 1)
                + table.sharing(comes, onlyOthers, -1) + table.sharing(goes, onlyOthers, 1);
        if (change >= 0) {
            return false;
        }
        ones.add(i, comes);
        others.add(j, goes);
        table.replace(one, ones);
        table.replace(other, others);
        return true;
    }

    /// Two members of a new chain change places wherever that brings their counts nearer to even:
    /// each change makes the sum of all squared differences smaller, so it ends.
    private void spreadPlaces() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int chain = former; chain < table.chainCount(); chain++) {
                for (int place = 1; place < table.length(); place++) {
                    for (int before = 0; before < place; before++) {
                        changed |= exchangePlaces(chain, before, place);
                    }
                }
            }
        }
    }

    private boolean exchangePlaces(int chain, int one, int other) {
        List<NodeId> members = new ArrayList<>(table.members(chain));
        NodeId a = members.get(one);
        NodeId b = members.get(other);
        double gain = table.excessAt(one, a) - table.excessAt(one, b) - 1
                + table.excessAt(other, b) - table.excessAt(other, a) - 1;
        if (gain <= Table.NOTHING) {
            return false;
        }
        Collections.swap(members, one, other);
        table.replace(chain, members);
        return true;
    }

    private List<ChainConfiguration> configurations(List<Member> nodes, int first) {
        SortedMap<NodeId, Member> lives = new TreeMap<>();
        nodes.forEach(node -> lives.put(node.node(), node));
        List<ChainConfiguration> made = new ArrayList<>();
        for (int chain = former; chain < table.chainCount(); chain++) {
            made.add(new ChainConfiguration(new ChainId(first + chain - former), new Epoch(1),
                    table.members(chain).stream().map(lives::get).toList(), Optional.empty()));
        }
        return made;
    }
}
