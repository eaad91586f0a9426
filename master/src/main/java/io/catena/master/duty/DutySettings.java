package io.catena.master.duty;

import io.catena.protocol.chain.NodeId;
import java.util.List;

/// What a leader goes by; the same in all voters.
///
/// @param initialNodes the first chains are made when all of these have registered
/// @param replication members that a chain should have, where there are so many nodes
/// @param leaseNanos how long a node may serve after it last sent a heartbeat
/// @param replaceAfterNanos how long a chain that lost a member waits for that node before another
///     one takes its place
/// @param pairCutNanos how long a member may accuse its neighbour before one of the two leaves the
///     chain, when nobody else accuses either
/// @param holdDownFirstNanos how long a node waits that left a chain for the second time before it
///     may join again; doubled with each further time
/// @param moves how fast replicas move that need not
public record DutySettings(
        List<NodeId> initialNodes, int replication, long leaseNanos, long replaceAfterNanos,
        long pairCutNanos, long holdDownFirstNanos, MoveSettings moves) {
    public DutySettings {
        initialNodes = List.copyOf(initialNodes);
    }
}
