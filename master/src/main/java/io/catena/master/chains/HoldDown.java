package io.catena.master.chains;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import java.util.SortedMap;
import java.util.TreeMap;

/// Keeps a node that leaves a chain again and again from joining it at once: each join costs the
/// chain a copy. The first removal costs no wait, so that a restart is back at once; each further
/// one doubles it, until the node was quiet for long enough.
public final class HoldDown {
    static final long WAIT_NANOS_MAX = 300_000_000_000L;
    static final long QUIET_NANOS = 600_000_000_000L;
    private static final int DOUBLINGS_MAX = 9;

    private record Seat(ChainId chain, NodeId node) implements Comparable<Seat> {
        @Override
        public int compareTo(Seat other) {
            int byChain = chain.compareTo(other.chain());
            return byChain != 0 ? byChain : node.compareTo(other.node());
        }
    }

    private record Removals(int count, long lastNanos) {
        long waitNanos(long firstNanos) {
            return count < 2 ? 0 : Math.min(WAIT_NANOS_MAX,
                    firstNanos << Math.min(count - 2, DOUBLINGS_MAX));
        }
    }

    private final long firstWaitNanos;

    /// At most one per chain and node.
    private final SortedMap<Seat, Removals> removals = new TreeMap<>();

    /// @param firstWaitNanos after the second removal
    public HoldDown(long firstWaitNanos) {
        this.firstWaitNanos = firstWaitNanos;
    }

    /// The node had to leave the chain, or failed to join it.
    public void removed(ChainId chain, NodeId node, long nowNanos) {
        forgetQuiet(nowNanos);
        removals.merge(new Seat(chain, node), new Removals(1, nowNanos),
                (former, _) -> new Removals(former.count() + 1, nowNanos));
    }

    /// Whether the node must still wait before it may join.
    public boolean holds(ChainId chain, NodeId node, long nowNanos) {
        Removals known = removals.get(new Seat(chain, node));
        return known != null && nowNanos - known.lastNanos() < known.waitNanos(firstWaitNanos);
    }

    private void forgetQuiet(long nowNanos) {
        removals.values().removeIf(one -> nowNanos - one.lastNanos() > QUIET_NANOS);
    }
}
