package io.catena.master.cluster;

import io.catena.protocol.chain.Bytes;
import java.util.List;

/// A change of [Trust].
public sealed interface TrustCommand {
    /// The cluster's authority and the servers that it starts with; refused when there is one.
    record Found(SealedAuthority authority, List<Integer> servers) implements TrustCommand {
        public Found {
            servers = List.copyOf(servers);
        }
    }

    /// @param hash of the token's secret
    record AddToken(Bytes hash, long expiresMillis, long atMillis) implements TrustCommand {}

    /// A server shows a token. The same key gets the same number again.
    ///
    /// @param hash of the secret that it shows
    /// @param keyHash of its public key
    record UseToken(Bytes hash, Bytes keyHash, long atMillis) implements TrustCommand {}

    record RemoveServer(int server) implements TrustCommand {}
}
