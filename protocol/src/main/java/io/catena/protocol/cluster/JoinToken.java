package io.catena.protocol.cluster;

import io.catena.protocol.chain.Bytes;
import java.util.List;

/// What a server needs to join a cluster, once: where it is, how to know that it is the right one,
/// and the right to join.
///
/// @param expiresMillis when the master takes it no longer, on the master's clock
/// @param authorityDigest SHA-256 of the certificate of the cluster's authority
/// @param secret the master keeps only its hash
/// @param addresses of servers that may be asked
public record JoinToken(
        String clusterId, long expiresMillis, Bytes authorityDigest, Bytes secret,
        List<MasterAddress> addresses) {
    public static final int SECRET_BYTES = 32;

    public JoinToken {
        addresses = List.copyOf(addresses);
    }

    /// Never the secret: records are logged.
    @Override
    public String toString() {
        return "JoinToken[" + clusterId + "]";
    }
}
