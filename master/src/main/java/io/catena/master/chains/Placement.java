package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The first chains of a cluster.
public final class Placement {
    /// Replicas per node: enough that the work of a dead node spreads over the others, few enough
    /// that one group commit serves them all.
    static final int REPLICAS_PER_NODE = 8;

    private Placement() {}

    /// Chains in epoch 1 over `nodes`, [#REPLICAS_PER_NODE] replicas each: 8 chains up to three
    /// servers with replication 3, more with more servers. Heads, middles and tails are spread
    /// evenly: each chain starts one node further than the one before, and chains whose round is
    /// over skip nodes differently, so that two nodes do not share all their chains.
    ///
    /// @param nodes at least one, each once
    /// @param replication members of a chain, when there are so many nodes
    public static List<ChainConfiguration> chainsFor(List<Member> nodes, int replication) {
        int members = Math.min(replication, nodes.size());
        int chains = Math.max(REPLICAS_PER_NODE, REPLICAS_PER_NODE * nodes.size() / members);
        List<ChainConfiguration> made = new ArrayList<>(chains);
        for (int i = 0; i < chains; i++) {
            made.add(new ChainConfiguration(new ChainId(i + 1), new Epoch(1),
                    seats(nodes, members, i), Optional.empty()));
        }
        return made;
    }

    private static List<Member> seats(List<Member> nodes, int members, int chain) {
        int size = nodes.size();
        int stride = stride(size, chain / size);
        List<Member> seats = new ArrayList<>(members);
        for (int seat = 0; seat < members; seat++) {
            seats.add(nodes.get((chain + seat * stride) % size));
        }
        return seats;
    }

    /// The `round`-th number that has no factor in common with `size`: steps of it visit every
    /// node.
    private static int stride(int size, int round) {
        List<Integer> strides = new ArrayList<>();
        for (int candidate = 1; candidate < Math.max(2, size); candidate++) {
            if (greatestCommonDivisor(candidate, size) == 1) {
                strides.add(candidate);
            }
        }
        return strides.get(round % strides.size());
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
