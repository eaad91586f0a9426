package io.catena.s3.auth;

import io.catena.s3.error.S3Error;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Verifies the chain of signatures of an aws-chunked body: each covers its chunk and the signature
/// before it, so nothing can be left out, added or moved. Used by one request, in the order of its
/// bytes. Source: "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks" of the S3 API reference.
public final class ChunkSignatures {
    private static final String EMPTY_SHA256 = SigningKey.sha256Hex(new byte[0]);

    private final SigningKey key;
    private final String timestampAndScope;
    private final MessageDigest chunk;
    private String previous;

    ChunkSignatures(SigningKey key, Claim claim) {
        this.key = key;
        this.timestampAndScope = claim.timestamp() + '\n' + claim.scope() + '\n';
        this.previous = claim.signature();
        try {
            this.chunk = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// More bytes of the chunk.
    public void update(byte[] bytes) {
        chunk.update(bytes);
    }

    /// The chunk ended and claims this signature.
    ///
    /// @throws io.catena.s3.error.S3Exception SIGNATURE_DOES_NOT_MATCH
    public void verifyChunk(String signature) {
        String hash = HexFormat.of().formatHex(chunk.digest());
        verify("AWS4-HMAC-SHA256-PAYLOAD\n" + timestampAndScope + previous + '\n'
                + EMPTY_SHA256 + '\n' + hash, signature);
    }

    /// The trailing headers, as `name:value\n` each, claim this signature.
    ///
    /// @throws io.catena.s3.error.S3Exception SIGNATURE_DOES_NOT_MATCH
    public void verifyTrailer(String canonicalTrailer, String signature) {
        String hash = SigningKey.sha256Hex(canonicalTrailer.getBytes(StandardCharsets.ISO_8859_1));
        verify("AWS4-HMAC-SHA256-TRAILER\n" + timestampAndScope + previous + '\n' + hash,
                signature);
    }

    private void verify(String stringToSign, String signature) {
        String expected = key.sign(stringToSign);
        if (!SigningKey.same(expected, signature)) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.exception();
        }
        previous = expected;
    }
}
