package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import java.util.List;
import java.util.Optional;

/// A page of versions: keys in byte order, of each key the newest first.
///
/// @param truncated more follows behind the last line
public record VersionListing(List<Entry> entries, boolean truncated) {
    public VersionListing {
        entries = List.copyOf(entries);
    }

    /// One line of the page.
    public sealed interface Entry {
        Bytes key();
    }

    /// An object.
    public record VersionEntry(
            Bytes key, VersionId versionId, boolean isLatest, long sizeBytes, long modifiedMillis,
            String etag, Optional<Checksum> checksum)
            implements Entry {}

    /// A delete marker.
    public record MarkerEntry(
            Bytes key, VersionId versionId, boolean isLatest, long modifiedMillis)
            implements Entry {}

    /// Keys rolled up at the delimiter; ends with it.
    public record PrefixEntry(Bytes key) implements Entry {}
}
