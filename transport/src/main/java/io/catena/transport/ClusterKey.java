package io.catena.transport;

import io.catena.protocol.chain.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The key that every voter of the master keeps in a file of its own, and that everything secret in
/// the cluster's state is sealed with: AES-256-GCM, a random nonce of 12 bytes in front.
public final class ClusterKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    private ClusterKey(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    public static ClusterKey create() {
        return new ClusterKey(random(KEY_BYTES).toArray());
    }

    /// Bytes that nobody can guess.
    public static Bytes random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    public static ClusterKey read(Path file) throws IOException {
        try {
            byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
            if (key.length == KEY_BYTES) {
                return new ClusterKey(key);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not hexadecimal", e);
        }
        throw new IOException(file + " does not hold " + KEY_BYTES + " bytes");
    }

    /// Writes it for its owner only.
    public void write(Path file) throws IOException {
        Pem.writePrivate(file, HexFormat.of().formatHex(key.getEncoded()) + "\n");
    }

    /// @param purpose where it will stand: it can be opened for the same purpose only
    public Bytes seal(Bytes plain, String purpose) {
        Bytes nonce = random(NONCE_BYTES);
        try {
            return nonce.concat(Bytes.wrap(
                    cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain.toArray())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /// @throws GeneralSecurityException when it was sealed with another key, for another purpose,
    ///     or was changed
    public Bytes open(Bytes sealed, String purpose) throws GeneralSecurityException {
        if (sealed.length() < NONCE_BYTES) {
            throw new GeneralSecurityException("what is sealed is longer");
        }
        byte[] bytes = sealed.toArray();
        Cipher cipher = cipher(Cipher.DECRYPT_MODE,
                Bytes.wrap(Arrays.copyOf(bytes, NONCE_BYTES)), purpose);
        return Bytes.wrap(cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES));
    }

    private Cipher cipher(int mode, Bytes nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce.toArray()));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /// Never the key.
    @Override
    public String toString() {
        return "ClusterKey[]";
    }
}
