package io.catena.client.object;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an object carries beside its bytes, as decided when the last byte has been read.
///
/// @param etag without quotes
/// @param headers what S3 hands back as it was given, by lower-case name (content-type,
///     cache-control, content-encoding, ...)
/// @param userMetadata x-amz-meta-*, by lower-case name without the prefix
public record ObjectAttributes(
        String etag,
        SortedMap<String, String> headers,
        SortedMap<String, String> userMetadata,
        Optional<Checksum> checksum) {
    public ObjectAttributes {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        userMetadata = Collections.unmodifiableSortedMap(new TreeMap<>(userMetadata));
    }
}
