package io.catena.client.object;

import java.util.Optional;

/// A stored part of a multipart upload.
///
/// @param number 1 to 10,000
/// @param etag without quotes
public record UploadPart(
        int number, long sizeBytes, long modifiedMillis, String etag,
        Optional<Checksum> checksum) {}
