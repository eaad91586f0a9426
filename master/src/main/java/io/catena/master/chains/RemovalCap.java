package io.catena.master.chains;

import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How many servers may be accused out of their chains: one at a time, and few in a minute. Two
/// halves of a broken network must not argue each other out of everything. Nodes whose lease is
/// over are not counted here. A server stands here by its first node.
public final class RemovalCap {
    static final long PERIOD_NANOS = 60_000_000_000L;
    /// A server that was asked to stand down so long ago, and not since, is done with it.
    static final long UNDER_WAY_NANOS = 2_000_000_000L;
    /// One of so many nodes in a period.
    static final int SHARE_DIVISOR = 10;

    private final SortedMap<NodeId, Long> askedNanos = new TreeMap<>();

    /// Whether `node` may be asked to stand down: its server is counted already, or one more
    /// may be.
    ///
    /// @param servers how many there are
    public boolean admits(NodeId node, int servers, long nowNanos) {
        List<NodeId> leaving = leaving(nowNanos);
        boolean anotherUnderWay = askedNanos.entrySet().stream()
                .anyMatch(one -> !one.getKey().equals(node.first())
                        && nowNanos - one.getValue() <= UNDER_WAY_NANOS);
        boolean counted = leaving.contains(node.first())
                || leaving.size() < Math.max(1, servers / SHARE_DIVISOR);
        return counted && !anotherUnderWay;
    }

    /// Called as long as the node is asked.
    public void asked(NodeId node, long nowNanos) {
        askedNanos.put(node.first(), nowNanos);
    }

    /// Servers that were asked within the last period, and forgets the others.
    public List<NodeId> leaving(long nowNanos) {
        askedNanos.values().removeIf(asked -> nowNanos - asked > PERIOD_NANOS);
        return List.copyOf(askedNanos.keySet());
    }
}
