package io.catena.s3.payload;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.catena.s3.error.S3Error;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// The checksums that S3 keeps with objects. Source: "Checking object integrity" of the S3 user
/// guide.
public enum ChecksumAlgorithm {
    CRC32(4, Optional.of(new CrcCombination(32, 0xEDB88320L)), true),
    CRC32C(4, Optional.of(new CrcCombination(32, 0x82F63B78L)), true),
    CRC64NVME(8, Optional.of(new CrcCombination(64, Crc64Nvme.POLYNOMIAL_REFLECTED)), false),
    SHA1(20, Optional.empty(), true),
    SHA256(32, Optional.empty(), true),
    SHA512(64, Optional.empty(), true),
    MD5(16, Optional.empty(), true),
    XXHASH64(8, Optional.empty(), true),
    XXHASH3(8, Optional.empty(), true),
    XXHASH128(16, Optional.empty(), true);

    /// Part of every header and trailer that carries a checksum.
    public static final String HEADER_PREFIX = "x-amz-checksum-";

    private final int valueBytes;
    private final Optional<CrcCombination> combination;
    private final boolean composite;

    ChecksumAlgorithm(int valueBytes, Optional<CrcCombination> combination, boolean composite) {
        this.valueBytes = valueBytes;
        this.combination = combination;
        this.composite = composite;
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_REQUEST
    public static ChecksumAlgorithm of(String name) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> S3Error.INVALID_REQUEST.exception(
                        "Checksum algorithm provided is unsupported. Please try again with any of "
                                + "the valid types: " + Arrays.toString(values())));
    }

    /// `x-amz-checksum-crc32` and so on.
    public String header() {
        return HEADER_PREFIX + name().toLowerCase(Locale.ROOT);
    }

    /// `ChecksumCRC32` and so on.
    public String xmlName() {
        return "Checksum" + name();
    }

    /// Whether a multipart object may have a checksum over its parts' checksums.
    public boolean offersComposite() {
        return composite;
    }

    /// Whether a multipart object may have the checksum of its bytes.
    public boolean offersFullObject() {
        return combination.isPresent();
    }

    /// Whether `base64` could be a value of this algorithm.
    public boolean valid(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length == valueBytes;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// The checksum of two byte sequences put together.
    ///
    /// @param secondBytes length of the second
    public String combine(String firstBase64, String secondBase64, long secondBytes) {
        return base64(combination.orElseThrow().combine(
                number(firstBase64), number(secondBase64), secondBytes));
    }

    Running start() {
        return switch (this) {
            case CRC32 -> new RunningCrc(this, new CRC32());
            case CRC32C -> new RunningCrc(this, new CRC32C());
            case CRC64NVME -> new RunningCrc(this, new Crc64Nvme());
            case SHA1 -> new RunningDigest(digest("SHA-1"));
            case SHA256 -> new RunningDigest(digest("SHA-256"));
            case SHA512 -> new RunningDigest(digest("SHA-512"));
            case MD5 -> new RunningDigest(digest("MD5"));
            case XXHASH64 -> new RunningHash64(Hashing.xxh64().hashStream());
            case XXHASH3 -> new RunningHash64(Hashing.xxh3_64().hashStream());
            case XXHASH128 -> new RunningHash128(Hashing.xxh3_128().hashStream());
        };
    }

    static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }

    private String base64(long crc) {
        byte[] eight = ByteBuffer.allocate(Long.BYTES).putLong(crc).array();
        return Base64.getEncoder().encodeToString(
                Arrays.copyOfRange(eight, Long.BYTES - valueBytes, Long.BYTES));
    }

    private static long number(String base64) {
        long number = 0;
        for (byte b : Base64.getDecoder().decode(base64)) {
            number = number << 8 | b & 0xff;
        }
        return number;
    }

    /// A checksum being computed.
    sealed interface Running {
        void update(byte[] bytes);

        /// Ends the computation.
        String base64();
    }

    private record RunningCrc(ChecksumAlgorithm algorithm, java.util.zip.Checksum crc)
            implements Running {
        @Override
        public void update(byte[] bytes) {
            crc.update(bytes, 0, bytes.length);
        }

        @Override
        public String base64() {
            return algorithm.base64(crc.getValue());
        }
    }

    private record RunningDigest(MessageDigest digest) implements Running {
        @Override
        public void update(byte[] bytes) {
            digest.update(bytes);
        }

        @Override
        public String base64() {
            return Base64.getEncoder().encodeToString(digest.digest());
        }
    }

    /// XXHash in its canonical form, most significant byte first.
    private record RunningHash64(HashStream64 hash) implements Running {
        @Override
        public void update(byte[] bytes) {
            hash.putBytes(bytes);
        }

        @Override
        public String base64() {
            return Base64.getEncoder().encodeToString(
                    ByteBuffer.allocate(Long.BYTES).putLong(hash.getAsLong()).array());
        }
    }

    private record RunningHash128(HashStream128 hash) implements Running {
        @Override
        public void update(byte[] bytes) {
            hash.putBytes(bytes);
        }

        @Override
        public String base64() {
            HashValue128 value = hash.get();
            return Base64.getEncoder().encodeToString(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(value.getMostSignificantBits())
                    .putLong(value.getLeastSignificantBits()).array());
        }
    }
}
