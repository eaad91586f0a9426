package io.catena.client.object;

/// A checksum that a client asked to be kept with an object or part.
///
/// @param algorithm S3's name: CRC32, CRC64NVME, SHA256, ...
/// @param base64 the value as S3 shows it; for a composite one with `-N` behind it
/// @param composite computed over the parts' checksums, not over the object's bytes
public record Checksum(String algorithm, String base64, boolean composite) {}
