package io.catena.server;

import io.catena.master.api.AuthoritySeal;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import io.catena.transport.CertificateAuthority;
import io.catena.transport.ClusterKey;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// What makes a cluster that was not there before.
record NewCluster(
        String id, CertificateAuthority authority, ClusterKey key, AccessKey rootKey) {
    private static final Duration CERTIFICATE_VALID = Duration.ofDays(30);

    static NewCluster create() throws GeneralSecurityException {
        return new NewCluster("cluster-" + UUID.randomUUID(),
                CertificateAuthority.create("Catena cluster authority", Instant.now()),
                ClusterKey.create(), RootKeyFile.create());
    }

    /// Names that the certificate of a server covers.
    ///
    /// @param hosts where it is reached
    /// @param domains of its S3 endpoint
    static List<String> names(List<String> hosts, List<String> domains) {
        List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        domains.forEach(domain -> names.addAll(List.of(domain, "*." + domain)));
        hosts.stream().filter(host -> !names.contains(host)).forEach(names::add);
        return names;
    }

    /// Writes what server `number` needs into its data folder. Every voter has the first key: one
    /// of them founds the cluster.
    void write(Path data, int number, boolean votes, List<String> names)
            throws IOException, GeneralSecurityException {
        TlsFiles files = new TlsFiles(data);
        Set<Role> roles = votes
                ? EnumSet.allOf(Role.class) : EnumSet.of(Role.NODE, Role.GATEWAY);
        files.writeAuthority(authority.certificatePem());
        files.write(authority.issue(new PeerIdentity.Node(new NodeId(number), roles), names,
                Instant.now(), CERTIFICATE_VALID));
        if (votes) {
            files.write(key, AuthoritySeal.seal(authority, key));
            RootKeyFile.write(RootKeyFile.in(data), rootKey);
        }
    }
}
