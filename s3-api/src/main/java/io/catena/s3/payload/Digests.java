package io.catena.s3.payload;

import io.catena.s3.auth.ChunkSignatures;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything that is computed over one body. Used by one thread at a time, in the order of the
/// bytes.
public final class Digests {
    private final MessageDigest md5 = ChecksumAlgorithm.digest("MD5");
    private final Map<ChecksumAlgorithm, ChecksumAlgorithm.Running> running =
            new EnumMap<>(ChecksumAlgorithm.class);
    private final Map<ChecksumAlgorithm, String> done = new EnumMap<>(ChecksumAlgorithm.class);
    private final Optional<ChunkSignatures> signatures;
    private Optional<String> md5Hex = Optional.empty();

    public Digests(Set<ChecksumAlgorithm> algorithms) {
        this(algorithms, Optional.empty());
    }

    Digests(Set<ChecksumAlgorithm> algorithms, Optional<ChunkSignatures> signatures) {
        algorithms.forEach(algorithm -> running.put(algorithm, algorithm.start()));
        this.signatures = signatures;
    }

    public void update(byte[] bytes) {
        md5.update(bytes);
        running.values().forEach(checksum -> checksum.update(bytes));
        signatures.ifPresent(chain -> chain.update(bytes));
    }

    /// @throws io.catena.s3.error.S3Exception SIGNATURE_DOES_NOT_MATCH
    void verifyChunk(String signature) {
        signatures.ifPresent(chain -> chain.verifyChunk(signature));
    }

    /// @throws io.catena.s3.error.S3Exception SIGNATURE_DOES_NOT_MATCH
    void verifyTrailer(String canonicalTrailer, String signature) {
        signatures.ifPresent(chain -> chain.verifyTrailer(canonicalTrailer, signature));
    }

    /// After the last byte.
    public String md5Hex() {
        md5Hex = md5Hex.or(() -> Optional.of(HexFormat.of().formatHex(md5.digest())));
        return md5Hex.get();
    }

    /// After the last byte; only for an algorithm that was asked for.
    public String base64(ChecksumAlgorithm algorithm) {
        return done.computeIfAbsent(algorithm, wanted -> running.get(wanted).base64());
    }
}
