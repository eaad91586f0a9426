package io.catena.client.object;

import java.util.Optional;

/// What a deletion came to.
///
/// @param versionId of the version that was deleted, or of the delete marker that was made; empty
///     when the bucket keeps no versions
/// @param isMarker it is a delete marker
public record Deletion(Optional<VersionId> versionId, boolean isMarker) {
    /// Of an object of a bucket that keeps no versions.
    public static final Deletion PLAIN = new Deletion(Optional.empty(), false);
}
