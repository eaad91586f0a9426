package io.catena.transport;

import io.catena.protocol.chain.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A PKCS#10 request: a public key, signed with the private one, which stays where it was made. The
/// authority decides what the certificate says; names in the request count for nothing.
///
/// @param der as it travels
/// @param key the public key, EC on a curve of 256 bits
public record CertificateRequest(Bytes der, PublicKey key) {
    private static final int CURVE_BITS = 256;

    /// A private key that waits for its certificate.
    ///
    /// @param keyPem PKCS#8
    /// @param der the request
    public record Pending(String keyPem, Bytes der) {
        private static final String REQUEST = "CERTIFICATE REQUEST";

        /// Writes both into one file, for its owner to read.
        public void write(Path file) throws IOException {
            Pem.writePrivate(file, keyPem + Pem.encode(REQUEST, der.toArray()));
        }

        /// Reads what [#write] wrote.
        public static Pending read(Path file) throws IOException {
            String both = Files.readString(file);
            int request = both.indexOf("-----BEGIN " + REQUEST);
            if (request < 0) {
                throw new IOException(file + " holds no certificate request");
            }
            return new Pending(both.substring(0, request),
                    Bytes.wrap(Pem.decode(both.substring(request))));
        }

        /// Never the key: records are logged.
        @Override
        public String toString() {
            return "Pending[]";
        }
    }

    /// A request for a new key.
    public static Pending create() throws GeneralSecurityException {
        KeyPair pair = CertificateAuthority.newKeyPair();
        try {
            byte[] der = new JcaPKCS10CertificationRequestBuilder(
                            new X500Name("CN=server"), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                    .getEncoded();
            return new Pending(
                    Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()), Bytes.wrap(der));
        } catch (OperatorCreationException | IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /// Reads a request and verifies that its sender has the private key.
    ///
    /// @throws GeneralSecurityException when it is none, or for another kind of key
    public static CertificateRequest verified(Bytes der) throws GeneralSecurityException {
        try {
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(der.toArray());
            PublicKey key = request.getPublicKey();
            if (!(key instanceof ECPublicKey ec)
                    || ec.getParams().getCurve().getField().getFieldSize() != CURVE_BITS) {
                throw new GeneralSecurityException("the key is not EC with 256 bits");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new GeneralSecurityException("the request is not signed with its key");
            }
            return new CertificateRequest(der, key);
        } catch (IOException | OperatorCreationException | PKCSException
                | RuntimeException e) {
            throw new GeneralSecurityException("this is no certificate request", e);
        }
    }

    /// SHA-256 of the public key.
    public Bytes keyHash() {
        return digest(key.getEncoded());
    }

    /// SHA-256.
    public static Bytes digest(byte[] bytes) {
        try {
            return Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
