package io.catena.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A private key with its certificate, as PEM text.
///
/// @param keyPem PKCS#8, unencrypted: files of it are readable by their owner only
/// @param certificatePem the certificate first, then the authorities above it, if any
public record KeyAndCertificate(String keyPem, String certificatePem) {
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";

    /// Writes both into one file, so that a crash leaves a pair that fits; for its owner to read.
    public void write(Path file) throws IOException {
        Pem.writePrivate(file, keyPem + certificatePem);
    }

    /// Reads what [#write] wrote.
    public static KeyAndCertificate read(Path file) throws IOException {
        String both = Files.readString(file);
        int certificate = both.indexOf(CERTIFICATE);
        if (certificate < 0) {
            throw new IOException(file + " holds no certificate");
        }
        return new KeyAndCertificate(
                both.substring(0, certificate), both.substring(certificate));
    }

    /// A key and its certificate that somebody else made.
    public static KeyAndCertificate read(Path keyFile, Path certificateFile) throws IOException {
        return new KeyAndCertificate(Files.readString(keyFile), Files.readString(certificateFile));
    }

    /// Never the key: records are logged.
    @Override
    public String toString() {
        return "KeyAndCertificate[]";
    }
}
