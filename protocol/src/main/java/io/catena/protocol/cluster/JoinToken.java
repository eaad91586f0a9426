package io.catena.protocol.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.wire.TrustWire;
import io.catena.protocol.wire.WireException;
import java.util.Base64;
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
    private static final String PREFIX = "catena-join-";
    private static final int LETTERS_MAX = 4_096;

    public JoinToken {
        addresses = List.copyOf(addresses);
    }

    /// The one line that stands in a token file.
    public String toText() {
        return PREFIX + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(TrustWire.encode(this));
    }

    /// Reads what [#toText] wrote.
    ///
    /// @throws WireException when it is something else
    public static JoinToken ofText(String text) {
        String line = text.strip();
        if (!line.startsWith(PREFIX) || line.length() > LETTERS_MAX) {
            throw new WireException("this is no join token: it does not start with " + PREFIX);
        }
        try {
            return TrustWire.decodeToken(
                    Base64.getUrlDecoder().decode(line.substring(PREFIX.length())));
        } catch (IllegalArgumentException e) {
            throw new WireException("the join token is damaged: " + e.getMessage());
        }
    }

    /// Never the secret: records are logged.
    @Override
    public String toString() {
        return "JoinToken[" + clusterId + "]";
    }
}
