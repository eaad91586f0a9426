package io.catena.master.chains;

import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who stands in which chain, and the sums that placement goes by: seats of each node, chains that
/// two nodes share, and how often a node stands at each place.
final class Table {
    /// Differences of less are none: they come from rounding.
    static final double NOTHING = 1e-6;

    private final List<NodeId> nodes;
    private final SortedMap<NodeId, Integer> index = new TreeMap<>();
    private final double[] share;
    private final int[] seats;
    private final int[][] shared;
    private final int length;
    private final int[][] places;
    private final List<List<Integer>> chains = new ArrayList<>();

    /// @param shares seats that each site should have; other nodes should have none
    /// @param members of each chain, in order
    Table(SortedMap<NodeId, Double> shares, Collection<List<NodeId>> members, int length) {
        SortedSet<NodeId> all = new TreeSet<>(shares.keySet());
        members.forEach(all::addAll);
        this.nodes = List.copyOf(all);
        this.length = length;
        nodes.forEach(node -> index.put(node, index.size()));
        this.share = nodes.stream().mapToDouble(n -> shares.getOrDefault(n, 0.0)).toArray();
        this.seats = new int[nodes.size()];
        this.shared = new int[nodes.size()][nodes.size()];
        this.places = new int[length][nodes.size()];
        members.forEach(this::add);
    }

    void add(List<NodeId> members) {
        List<Integer> chain = new ArrayList<>(members.stream().map(index::get).toList());
        chains.add(chain);
        count(chain, 1);
    }

    private void count(List<Integer> chain, int sign) {
        for (int at = 0; at < chain.size(); at++) {
            int node = chain.get(at);
            seats[node] += sign;
            place(chain.size(), at)[node] += sign;
            for (int other : chain) {
                shared[node][other] += other == node ? 0 : sign;
            }
        }
    }

    /// The last member stands at the last place, however short or long the chain is.
    private int[] place(int size, int at) {
        return places[at == size - 1 ? length - 1 : Math.min(at, Math.max(0, length - 2))];
    }

    int chainCount() {
        return chains.size();
    }

    List<NodeId> nodes() {
        return nodes;
    }

    List<NodeId> members(int chain) {
        return chains.get(chain).stream().map(nodes::get).toList();
    }

    int seats(NodeId node) {
        return seats[index.get(node)];
    }

    double share(NodeId node) {
        return share[index.get(node)];
    }

    /// Seats beyond its share.
    double excess(NodeId node) {
        int at = index.get(node);
        return seats[at] - share[at];
    }

    int shared(NodeId one, NodeId other) {
        return shared[index.get(one)][index.get(other)];
    }

    int heads(NodeId node) {
        return places[0][index.get(node)];
    }

    int tails(NodeId node) {
        return places[length - 1][index.get(node)];
    }

    /// How much more often a node stands at a place than its seats make even.
    double excessAt(int place, NodeId node) {
        int at = index.get(node);
        return places[place][at] - (double) seats[at] / length;
    }

    /// The squared sharing that `node` beside `others` adds when it comes, or takes when it goes.
    int sharing(NodeId node, Collection<NodeId> others, int sign) {
        int[] with = shared[index.get(node)];
        int sum = 0;
        for (NodeId other : others) {
            sum += other.equals(node) ? 0 : sign * (2 * with[index.get(other)] + sign);
        }
        return sum;
    }

    void replace(int chain, List<NodeId> members) {
        List<Integer> changed = chains.get(chain);
        count(changed, -1);
        changed.clear();
        members.forEach(member -> changed.add(index.get(member)));
        count(changed, 1);
    }

    int length() {
        return length;
    }
}
