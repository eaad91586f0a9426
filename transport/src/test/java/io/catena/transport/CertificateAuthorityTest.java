package io.catena.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final PeerIdentity NODE = new PeerIdentity.Node(new NodeId(7));

    @Test
    void shouldIssueCertificatesThatNameTheNode() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
        KeyAndCertificate issued = authority.issue(
                NODE, List.of("*.s3.localhost", "127.0.0.1", "::1"), Instant.now(),
                Duration.ofDays(1));
        X509Certificate certificate = Pem.certificate(issued.certificatePem());
        certificate.verify(Pem.certificate(authority.certificatePem()).getPublicKey());
        assertThat(PeerIdentity.of(certificate)).isEqualTo(NODE);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=node-7");
        assertThat(certificate.getExtendedKeyUsage()).hasSize(2);
        assertThat(certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1))))
                .containsExactly("*.s3.localhost", "127.0.0.1", "0:0:0:0:0:0:0:1",
                        "catena://node/7", "catena://role/node", "catena://role/master",
                        "catena://role/gateway");
    }

    @Test
    void shouldIssueWithAnAuthorityThatWasKept() throws Exception {
        CertificateAuthority made = CertificateAuthority.create("test", Instant.now());
        CertificateAuthority authority = CertificateAuthority.of(
                new KeyAndCertificate(made.keyPem(), made.certificatePem()));
        KeyAndCertificate issued =
                authority.issue(NODE, List.of(), Instant.now(), Duration.ofDays(1));
        Pem.certificate(issued.certificatePem())
                .verify(Pem.certificate(made.certificatePem()).getPublicKey());
        assertThat(CertificateLife.authorityOf(issued.certificatePem()))
                .isEqualTo(made.certificatePem());
    }

    @Test
    void shouldWriteKeysForTheirOwnerOnly(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("tls/server.pem");
        KeyAndCertificate issued = CertificateAuthority.create("test", Instant.now())
                .issue(NODE, List.of(), Instant.now(), Duration.ofDays(1));
        issued.write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyAndCertificate.read(file)).isEqualTo(issued);
        try (var files = Files.list(directory.resolve("tls"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldCertifyAKeyThatItNeverSees() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
        CertificateRequest.Pending pending = CertificateRequest.create();
        CertificateRequest request = CertificateRequest.verified(pending.der());
        PeerIdentity.Node node =
                new PeerIdentity.Node(new NodeId(3), EnumSet.of(Role.NODE, Role.GATEWAY));
        String pem = authority.certify(
                node, request.key(), List.of("localhost"), Instant.now(), Duration.ofDays(1));
        X509Certificate certificate = Pem.certificate(pem);
        assertThat(certificate.getPublicKey()).isEqualTo(request.key());
        assertThat(PeerIdentity.of(certificate)).isEqualTo(node);
        assertThat(PeerIdentity.of(certificate).has(Role.MASTER)).isFalse();
    }

    @Test
    void shouldRefuseRequestsThatAreNotSignedWithTheirKey() throws Exception {
        byte[] der = CertificateRequest.create().der().toArray();
        der[der.length - 1] ^= 1;
        for (Bytes wrong : List.of(Bytes.wrap(der), Bytes.EMPTY, Bytes.utf8("no request"))) {
            assertThatThrownBy(() -> CertificateRequest.verified(wrong))
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void shouldRenewAtTwoThirdsOfALife() throws Exception {
        Instant now = Instant.ofEpochSecond(1_900_000_000L);
        CertificateLife life = CertificateLife.of(CertificateAuthority.create("test", now)
                .issue(NODE, List.of(), now, Duration.ofSeconds(90)).certificatePem());
        assertThat(life.issued()).isEqualTo(now);
        assertThat(life.until()).isEqualTo(now.plusSeconds(90));
        assertThat(life.renewal(Duration.ofDays(30))).isEqualTo(now.plusSeconds(60));
        assertThat(life.renewal(Duration.ofSeconds(30))).isEqualTo(now.plusSeconds(20));
    }
}
