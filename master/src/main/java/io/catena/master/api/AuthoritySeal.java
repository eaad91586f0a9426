package io.catena.master.api;

import io.catena.master.cluster.SealedAuthority;
import io.catena.protocol.chain.Bytes;
import io.catena.transport.CertificateAuthority;
import io.catena.transport.ClusterKey;
import io.catena.transport.KeyAndCertificate;
import java.security.GeneralSecurityException;

/// The authority's key under the cluster key, as it stands in the state and in files of voters.
public final class AuthoritySeal {
    private static final String PURPOSE = "catena authority";

    private AuthoritySeal() {}

    public static SealedAuthority seal(CertificateAuthority authority, ClusterKey key) {
        return new SealedAuthority(authority.certificatePem(),
                key.seal(Bytes.utf8(authority.keyPem()), PURPOSE));
    }

    /// @throws GeneralSecurityException when it was sealed with another key
    public static CertificateAuthority open(SealedAuthority sealed, ClusterKey key)
            throws GeneralSecurityException {
        return CertificateAuthority.of(new KeyAndCertificate(
                key.open(sealed.sealedKey(), PURPOSE).toUtf8(), sealed.certificatePem()));
    }
}
