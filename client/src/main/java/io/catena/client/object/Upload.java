package io.catena.client.object;

import io.catena.protocol.chain.Bytes;

/// A multipart upload under way.
///
/// @param attributes given at creation; the ETag is empty until completion
/// @param checksumAlgorithm what the creator announced, or empty
/// @param checksumType COMPOSITE or FULL_OBJECT, or empty
public record Upload(
        Bytes key,
        String uploadId,
        long initiatedMillis,
        ObjectAttributes attributes,
        String checksumAlgorithm,
        String checksumType) {}
