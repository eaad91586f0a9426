package io.catena.master.raft;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.transport.ClusterKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How one voter of the master group takes part.
///
/// @param clusterId names the Raft group: voters of another cluster are strangers
/// @param self this server; one of the voters
/// @param voters all of them, 1, 3 or 5
/// @param directory of the log and the snapshots; on a disk that keeps what is flushed
/// @param electionMillisMin how long a follower waits for its leader at least before it stands
///     itself; shorter heals sooner, longer bears longer pauses of a busy machine
/// @param electionMillisMax at most; the difference keeps voters from standing at the same time
/// @param requestMillis for one request between voters
/// @param snapshotEntries a snapshot is taken, and the log cut, after so many entries; more makes
///     restarts slower, fewer writes more
/// @param segmentBytesMax of a file of the log; a file is removed when a snapshot covers all of it
/// @param key what log and snapshots are sealed with, the same on all voters; empty: in clear
public record RaftSettings(
        String clusterId,
        NodeId self,
        List<MasterAddress> voters,
        Path directory,
        int electionMillisMin,
        int electionMillisMax,
        int requestMillis,
        int snapshotEntries,
        int segmentBytesMax,
        Optional<ClusterKey> key) {
    public RaftSettings {
        voters = List.copyOf(voters);
        require(voters.stream().anyMatch(v -> v.node().equals(self)), "self is a voter");
        require(voters.size() % 2 == 1 && voters.size() <= 5, "1, 3 or 5 voters");
        require(electionMillisMin >= 50, "electionMillisMin");
        require(electionMillisMax > electionMillisMin, "electionMillisMax above minimum");
        require(requestMillis >= electionMillisMin, "requestMillis");
        require(snapshotEntries >= 10, "snapshotEntries");
        require(segmentBytesMax >= 1 << 10, "segmentBytesMax");
    }

    public static RaftSettings defaults(
            String clusterId, NodeId self, List<MasterAddress> voters, Path directory) {
        return new RaftSettings(
                clusterId, self, voters, directory, 300, 600, 1_000, 2_000, 4 << 20,
                Optional.empty());
    }

    /// The same with everything sealed.
    public RaftSettings sealedWith(ClusterKey clusterKey) {
        return new RaftSettings(clusterId, self, voters, directory, electionMillisMin,
                electionMillisMax, requestMillis, snapshotEntries, segmentBytesMax,
                Optional.of(clusterKey));
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("raft settings: " + what);
        }
    }
}
