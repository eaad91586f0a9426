package io.catena.client.object;

/// What a key, or one of its versions, turned out to be.
public sealed interface KeyContent {
    /// An object.
    record Held(StoredObject object) implements KeyContent {}

    /// A delete marker, which is the latest version or the one that was asked for.
    record Marked(VersionId versionId, long modifiedMillis) implements KeyContent {}

    /// Nothing.
    record Nothing() implements KeyContent {}
}
