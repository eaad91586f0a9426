package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The first chains of a cluster: no two members on one server, as many replicas on each disk as
/// that allows, heads and tails spread evenly.
///
/// A server with more disks than the others cannot fill them when it must be in every chain anyway:
/// its disks then hold fewer replicas each.
public final class Placement {
    /// Replicas per node: enough that the work of a dead node spreads over the others, few enough
    /// that one group commit serves them all.
    static final int REPLICAS_PER_NODE = 8;

    private final List<Member> nodes;
    private final int length;
    private final SortedMap<Integer, Integer> disks = new TreeMap<>();
    private final SortedMap<Integer, Integer> seatsOfServer = new TreeMap<>();
    private final SortedMap<Member, Integer> seats = new TreeMap<>();
    /// How many chains two nodes share.
    private final SortedMap<Member, SortedMap<Member, Integer>> shared = new TreeMap<>();
    private final List<List<Member>> chains = new ArrayList<>();
    /// How often each node stands at each place of a chain.
    private final List<SortedMap<Member, Integer>> places = new ArrayList<>();

    private Placement(List<Member> nodes, int replication) {
        this.nodes = List.copyOf(nodes);
        nodes.forEach(node -> disks.merge(node.node().server(), 1, Integer::sum));
        this.length = Math.min(replication, disks.size());
        for (int place = 0; place < length; place++) {
            places.add(new TreeMap<>());
        }
    }

    /// Chains in epoch 1 over `nodes`, [#REPLICAS_PER_NODE] replicas each: 8 chains up to three
    /// servers of one disk with replication 3, more with more disks. Two nodes share as few chains
    /// as possible, so that the work of a dead one spreads over many others.
    ///
    /// @param nodes at least one, each once
    /// @param replication members of a chain, when there are so many servers
    public static List<ChainConfiguration> chainsFor(List<Member> nodes, int replication) {
        Placement placement = new Placement(nodes, replication);
        int count = Math.max(
                REPLICAS_PER_NODE, REPLICAS_PER_NODE * nodes.size() / placement.length);
        for (int chain = 0; chain < count; chain++) {
            placement.addChain();
        }
        placement.spreadPlaces();
        return placement.configurations();
    }

    private void addChain() {
        List<Member> chosen = new ArrayList<>(length);
        while (chosen.size() < length) {
            Member next = leastUsed(chosen);
            chosen.forEach(other -> {
                sharing(next).merge(other, 1, Integer::sum);
                sharing(other).merge(next, 1, Integer::sum);
            });
            seats.merge(next, 1, Integer::sum);
            seatsOfServer.merge(next.node().server(), 1, Integer::sum);
            chosen.add(next);
        }
        Collections.rotate(chosen, -(chains.size() % length));
        for (int place = 0; place < length; place++) {
            places.get(place).merge(chosen.get(place), 1, Integer::sum);
        }
        chains.add(chosen);
    }

    private SortedMap<Member, Integer> sharing(Member node) {
        return shared.computeIfAbsent(node, _ -> new TreeMap<>());
    }

    /// Of the servers that are not in the chain yet; ties go round, beginning one node further with
    /// each chain.
    private Member leastUsed(List<Member> chosen) {
        Optional<Member> best = Optional.empty();
        for (int i = 0; i < nodes.size(); i++) {
            Member node = nodes.get((chains.size() + i) % nodes.size());
            boolean free = chosen.stream().noneMatch(m -> m.node().sharesServer(node.node()));
            if (free && best.filter(least -> compareUse(node, least, chosen) >= 0).isEmpty()) {
                best = Optional.of(node);
            }
        }
        return best.orElseThrow();
    }

    private int compareUse(Member a, Member b, List<Member> chosen) {
        int byServer = Integer.compare(
                seatsOfServer(a) * disks.get(b.node().server()),
                seatsOfServer(b) * disks.get(a.node().server()));
        int byNode = byServer != 0 ? byServer
                : Integer.compare(seats.getOrDefault(a, 0), seats.getOrDefault(b, 0));
        return byNode != 0 ? byNode : Integer.compare(sharedWith(a, chosen), sharedWith(b, chosen));
    }

    private int seatsOfServer(Member node) {
        return seatsOfServer.getOrDefault(node.node().server(), 0);
    }

    private int sharedWith(Member node, List<Member> chosen) {
        return chosen.stream().mapToInt(other -> sharing(node).getOrDefault(other, 0)).sum();
    }

    /// Two members of a chain change places wherever that brings their counts nearer together, as
    /// long as there are such: each change makes the sum of all squared counts smaller, so it ends.
    private void spreadPlaces() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (List<Member> chain : chains) {
                for (int place = 1; place < length; place++) {
                    for (int before = 0; before < place; before++) {
                        changed |= exchange(chain, before, place);
                    }
                }
            }
        }
    }

    private boolean exchange(List<Member> chain, int one, int other) {
        Member a = chain.get(one);
        Member b = chain.get(other);
        int gain = at(one, a) - at(one, b) - 1 + at(other, b) - at(other, a) - 1;
        if (gain <= 0) {
            return false;
        }
        Collections.swap(chain, one, other);
        places.get(one).merge(a, -1, Integer::sum);
        places.get(one).merge(b, 1, Integer::sum);
        places.get(other).merge(b, -1, Integer::sum);
        places.get(other).merge(a, 1, Integer::sum);
        return true;
    }

    private int at(int place, Member node) {
        return places.get(place).getOrDefault(node, 0);
    }

    private List<ChainConfiguration> configurations() {
        List<ChainConfiguration> made = new ArrayList<>(chains.size());
        for (int i = 0; i < chains.size(); i++) {
            made.add(new ChainConfiguration(
                    new ChainId(i + 1), new Epoch(1), chains.get(i), Optional.empty()));
        }
        return made;
    }
}
