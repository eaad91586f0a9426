package io.catena.server;

import io.catena.master.api.AuthoritySeal;
import io.catena.master.cluster.SealedAuthority;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import io.catena.transport.CertificateLife;
import io.catena.transport.ClusterKey;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.PeerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/// What a server keeps of the cluster's trust in its data folder:
///
/// ```
/// tls/server.pem        its private key and its certificate, and the authority's behind it
/// tls/ca.pem            the authority's certificate
/// cluster.key           of voters: what secrets in the cluster's state are sealed with
/// tls/ca.key.sealed     of voters: the authority's key under the cluster key, in hexadecimal
/// ```
record TlsFiles(Path data) {
    private Path tls(String name) {
        return data.resolve("tls").resolve(name);
    }

    Path authorityFile() {
        return tls("ca.pem");
    }

    /// A key that waits for its certificate, while this server joins.
    Path joiningFile() {
        return tls("joining.pem");
    }

    KeyAndCertificate own() throws IOException {
        return KeyAndCertificate.read(tls("server.pem"));
    }

    String authorityPem() throws IOException {
        return Files.readString(authorityFile());
    }

    ClusterKey clusterKey() throws IOException {
        return ClusterKey.read(data.resolve("cluster.key"));
    }

    SealedAuthority sealedAuthority() throws IOException {
        String hex = Files.readString(tls("ca.key.sealed")).strip();
        return new SealedAuthority(authorityPem(), Bytes.wrap(HexFormat.of().parseHex(hex)));
    }

    void write(KeyAndCertificate own) throws IOException {
        own.write(tls("server.pem"));
    }

    void writeAuthority(String certificatePem) throws IOException {
        Files.createDirectories(authorityFile().getParent());
        Files.writeString(authorityFile(), certificatePem);
    }

    void write(ClusterKey key, SealedAuthority authority) throws IOException {
        key.write(data.resolve("cluster.key"));
        RootKeyFile.writePrivate(tls("ca.key.sealed"), authority.sealedKey() + "\n");
    }

    /// The server's certificate, good now. A voter that was off for longer than its certificate
    /// lasts makes itself another one: it has the means, and perhaps it is the only one.
    KeyAndCertificate certified(NodeId server, boolean votes, Duration life, Instant now)
            throws IOException, GeneralSecurityException {
        KeyAndCertificate kept = own();
        CertificateLife former = CertificateLife.of(kept.certificatePem());
        if (now.isBefore(former.until())) {
            return kept;
        }
        if (!votes) {
            throw new IOException("the certificate in " + tls("server.pem") + " ended on "
                    + former.until() + ": this server must join again, with a new folder");
        }
        KeyAndCertificate fresh = AuthoritySeal.open(sealedAuthority(), clusterKey())
                .issue(new PeerIdentity.Node(server), former.names(), now, life);
        write(fresh);
        return fresh;
    }
}
