package io.catena.protocol.message;

import io.catena.protocol.chain.Bytes;
import java.util.List;

/// What a server without a certificate asks of the master: the only thing that anybody may ask who
/// shows none. May be repeated: the same key gets the same number.
///
/// @param secret of the join token
/// @param certificateRequest PKCS#10: the public key, and proof that the sender has the private one
/// @param names DNS names and IP addresses that the certificate shall cover
public record JoinRequest(Bytes secret, Bytes certificateRequest, List<String> names) {
    public static final int SECRET_BYTES_MAX = 64;
    public static final int CERTIFICATE_REQUEST_BYTES_MAX = 4_096;
    public static final int NAMES_MAX = 32;
    /// As long as a DNS name may be.
    public static final int NAME_LETTERS_MAX = 253;

    public JoinRequest {
        names = List.copyOf(names);
        require(secret.length() <= SECRET_BYTES_MAX, "the secret is too long");
        requireCertifiable(certificateRequest, names);
    }

    /// The limits of what a certificate is asked for with.
    static void requireCertifiable(Bytes certificateRequest, List<String> names) {
        require(certificateRequest.length() <= CERTIFICATE_REQUEST_BYTES_MAX,
                "the certificate request is too long");
        require(names.size() <= NAMES_MAX, "more than " + NAMES_MAX + " names");
        require(names.stream().noneMatch(name ->
                name.isEmpty() || name.length() > NAME_LETTERS_MAX), "a name is too long or empty");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /// Never the secret: records are logged.
    @Override
    public String toString() {
        return "JoinRequest" + names;
    }
}
