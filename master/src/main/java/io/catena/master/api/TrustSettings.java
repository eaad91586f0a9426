package io.catena.master.api;

import io.catena.master.cluster.SealedAuthority;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.SharedSetting;
import io.catena.transport.ClusterKey;
import io.catena.transport.Refusals;
import java.time.Duration;
import java.util.List;

/// What the master needs to let servers join and to certify them.
///
/// @param key opens the authority's key, which the cluster's state keeps
/// @param authority that the cluster is founded with; later the state's counts
/// @param founders the servers that the cluster starts with
/// @param certificateSeconds how long a certificate lasts; shorter makes a stolen one worth less,
///     longer bears a longer time without a master
/// @param shared what a server that joins is told
/// @param refusals counts who is refused
public record TrustSettings(
        ClusterKey key, SealedAuthority authority, List<NodeId> founders, int certificateSeconds,
        List<SharedSetting> shared, Refusals refusals) {
    public static final int CERTIFICATE_SECONDS_MAX = 30 * 24 * 3_600;

    public TrustSettings {
        founders = List.copyOf(founders);
        shared = List.copyOf(shared);
        if (certificateSeconds < 1 || certificateSeconds > CERTIFICATE_SECONDS_MAX) {
            throw new IllegalArgumentException("certificates last 1 s to 30 days");
        }
    }

    Duration certificateLife() {
        return Duration.ofSeconds(certificateSeconds);
    }
}
