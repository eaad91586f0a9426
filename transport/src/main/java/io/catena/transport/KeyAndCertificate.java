package io.catena.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A private key with its certificate, as PEM text.
///
/// @param keyPem PKCS#8, unencrypted: files of it are readable by their owner only
/// @param certificatePem the certificate first, then the authorities above it, if any
public record KeyAndCertificate(String keyPem, String certificatePem) {
    /// Writes both files, each at once or not at all; the key only for its owner to read.
    public void write(Path keyFile, Path certificateFile) throws IOException {
        Pem.writePrivate(keyFile, keyPem);
        Pem.write(certificateFile, certificatePem);
    }

    public static KeyAndCertificate read(Path keyFile, Path certificateFile) throws IOException {
        return new KeyAndCertificate(Files.readString(keyFile), Files.readString(certificateFile));
    }

    /// Never the key: records are logged.
    @Override
    public String toString() {
        return "KeyAndCertificate[]";
    }
}
