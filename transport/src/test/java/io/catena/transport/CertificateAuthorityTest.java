package io.catena.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
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
                        "catena://node/7");
    }

    @Test
    void shouldIssueWithAnAuthorityReadFromFiles(@TempDir Path directory) throws Exception {
        Path keyFile = directory.resolve("pki/ca.key");
        Path certificateFile = directory.resolve("pki/ca.pem");
        CertificateAuthority.create("test", Instant.now()).write(keyFile, certificateFile);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
                .isEqualTo("rw-------");
        CertificateAuthority authority = CertificateAuthority.read(keyFile, certificateFile);
        KeyAndCertificate issued =
                authority.issue(NODE, List.of(), Instant.now(), Duration.ofDays(1));
        Pem.certificate(issued.certificatePem())
                .verify(Pem.certificate(Files.readString(certificateFile)).getPublicKey());
        try (var files = Files.list(directory.resolve("pki"))) {
            assertThat(files).hasSize(2);
        }
    }
}
