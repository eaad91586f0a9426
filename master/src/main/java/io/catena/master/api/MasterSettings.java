package io.catena.master.api;

import io.catena.master.duty.DutySettings;
import io.catena.master.duty.MoveSettings;
import io.catena.master.raft.RaftSettings;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import java.util.List;
import java.util.Optional;

/// What the master of a cluster goes by. All voters have the same, but for `raft`.
///
/// @param raft this voter's part in the group
/// @param initialNodes the first chains are made when all of these have registered
/// @param replication members that a chain should have, where there are so many nodes; more bears
///     more losses, and costs as many times the disk
/// @param leaseMillis how long a node may serve after it last sent a heartbeat; shorter ends a dead
///     node's part sooner, longer bears longer pauses and elections
/// @param replaceAfterMillis how long a chain that lost a member waits for that node before another
///     one takes its place, which costs a copy of everything
/// @param pairCutMillis how long a member may accuse its neighbour before one of the two leaves the
///     chain, when nobody else accuses either; shorter ends a stall by a cut link sooner, longer
///     bears longer hitches of the network
/// @param tickMillis how often the leader looks for what to do
/// @param rootKey the first access key, put when the cluster is made
/// @param trust for joining and certificates; empty: nobody joins
public record MasterSettings(
        RaftSettings raft,
        List<NodeId> initialNodes,
        int replication,
        int leaseMillis,
        int replaceAfterMillis,
        int pairCutMillis,
        int tickMillis,
        Optional<AccessKey> rootKey,
        Optional<TrustSettings> trust) {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long HOLD_DOWN_FIRST_NANOS = 1_000_000_000L;
    /// Admin calls and barriers that wait, each.
    static final int WAITING_MAX = 4_096;

    public MasterSettings {
        initialNodes = List.copyOf(initialNodes);
        require(!initialNodes.isEmpty(), "initialNodes");
        require(replication >= 1 && replication <= 9, "replication is 1 to 9");
        require(leaseMillis >= 100 && leaseMillis <= 60_000, "leaseMillis is 100 to 60,000");
        require(replaceAfterMillis >= 0, "replaceAfterMillis");
        require(pairCutMillis >= leaseMillis, "pairCutMillis is at least a lease");
        require(tickMillis >= 5 && tickMillis <= leaseMillis / 4, "tickMillis far below a lease");
    }

    /// Replication 3, leases of 1.2 s, a minute until a lost node is replaced, 3 s until a cut link
    /// costs a member its seat.
    public static MasterSettings defaults(
            RaftSettings raft, List<NodeId> initialNodes, Optional<AccessKey> rootKey) {
        return new MasterSettings(raft, initialNodes, 3, 1_200, 60_000, 3_000, 50, rootKey,
                Optional.empty());
    }

    /// The same, with joining and certificates.
    public MasterSettings with(TrustSettings joining) {
        return new MasterSettings(raft, initialNodes, replication, leaseMillis, replaceAfterMillis,
                pairCutMillis, tickMillis, rootKey, Optional.of(joining));
    }

    long leaseNanos() {
        return leaseMillis * NANOS_PER_MILLI;
    }

    /// What the leader's cores go by.
    DutySettings duty() {
        return new DutySettings(initialNodes, replication, leaseNanos(),
                replaceAfterMillis * NANOS_PER_MILLI, pairCutMillis * NANOS_PER_MILLI,
                HOLD_DOWN_FIRST_NANOS, MoveSettings.DEFAULTS);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("master settings: " + what);
        }
    }
}
