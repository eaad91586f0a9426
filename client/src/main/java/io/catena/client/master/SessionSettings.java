package io.catena.client.master;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import java.util.List;

/// How this server presents itself to the master.
///
/// @param node this server, as its certificate says
/// @param host where the other servers reach it
/// @param port of the servers among themselves
/// @param diskIdentity of the disk that this process has locked
/// @param partialChains whose replica on the disk is still being filled
/// @param masters the voters of the master group
/// @param heartbeatMillis between heartbeats; far below the master's lease. An answer is waited for
///     twice as long
/// @param callMillis until an administrative call is given up
public record SessionSettings(
        NodeId node,
        String host,
        int port,
        String diskIdentity,
        List<ChainId> partialChains,
        List<MasterAddress> masters,
        int heartbeatMillis,
        int callMillis) {
    /// Between attempts to find the leader: from the first to the second, doubled each time.
    static final int RETRY_MILLIS_MIN = 20;
    static final int RETRY_MILLIS_MAX = 100;
    /// Calls that wait for a leader or an answer.
    static final int CALLS_MAX = 1_024;

    public SessionSettings {
        partialChains = List.copyOf(partialChains);
        masters = List.copyOf(masters);
        if (masters.isEmpty() || heartbeatMillis < 10 || callMillis < heartbeatMillis) {
            throw new IllegalArgumentException("session settings: masters, heartbeatMillis >= 10, "
                    + "callMillis >= heartbeatMillis");
        }
    }

    /// A heartbeat each 300 ms, calls for 10 s.
    public static SessionSettings defaults(
            NodeId node, String host, int port, String diskIdentity, List<ChainId> partialChains,
            List<MasterAddress> masters) {
        return new SessionSettings(
                node, host, port, diskIdentity, partialChains, masters, 300, 10_000);
    }
}
