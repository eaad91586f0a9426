package io.catena.protocol.cluster;

/// What the placement of replicas goes by for one node.
///
/// @param zone label of its server; empty: none was told
/// @param weight capacity in GiB, at least 1; 0: not told yet
public record NodePlacing(Duty duty, String zone, long weight) {
    /// As a node is when it has registered first.
    public static final NodePlacing NEW = new NodePlacing(Duty.ACTIVE, "", 0);

    /// What a node is there for; changed by the operator only.
    public enum Duty {
        /// Has seats, and gets more.
        ACTIVE,
        /// Keeps its seats and may take them again after a restart; gets no others.
        CORDONED,
        /// Its seats move to other nodes. When it has none it is drained.
        DRAINING,
        /// Gone for good: its number is never used again.
        REMOVED
    }

    public NodePlacing {
        if (weight < 0) {
            throw new IllegalArgumentException("weight " + weight);
        }
    }

    public NodePlacing with(Duty next) {
        return new NodePlacing(next, zone, weight);
    }
}
