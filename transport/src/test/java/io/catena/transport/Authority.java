package io.catena.transport;

import io.catena.protocol.chain.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A certificate authority of a test with what it issues.
final class Authority {
    private final CertificateAuthority authority;

    Authority(String name) throws Exception {
        authority = CertificateAuthority.create(name, Instant.now());
    }

    Tls node(int id) throws Exception {
        return tls(new PeerIdentity.Node(new NodeId(id)));
    }

    Tls client(String name) throws Exception {
        return tls(new PeerIdentity.Client(name));
    }

    CertificateAuthority authority() {
        return authority;
    }

    private Tls tls(PeerIdentity identity) throws Exception {
        return new Tls(
                authority.issue(identity, List.of("localhost", "127.0.0.1", "::1"),
                        Instant.now(), Duration.ofDays(1)),
                authority.certificatePem());
    }
}
