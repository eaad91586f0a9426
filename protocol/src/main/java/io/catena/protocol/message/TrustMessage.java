package io.catena.protocol.message;

import io.catena.protocol.chain.Bytes;
import java.util.List;

/// What is asked of the master about who belongs to the cluster.
public sealed interface TrustMessage {
    /// A token with which one server may join.
    record CreateJoinToken(long ttlMillis) implements TrustMessage {}

    /// A new certificate for the server that asks.
    ///
    /// @param certificateRequest as in [JoinRequest]
    record RenewCertificate(Bytes certificateRequest, List<String> names) implements TrustMessage {
        public RenewCertificate {
            names = List.copyOf(names);
            JoinRequest.requireCertifiable(certificateRequest, names);
        }
    }

    /// The server is no part of the cluster any more: nobody talks to it when this is answered.
    record RemoveServer(int server) implements TrustMessage {}
}
