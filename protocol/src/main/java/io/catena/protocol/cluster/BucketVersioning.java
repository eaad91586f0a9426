package io.catena.protocol.cluster;

/// Whether a bucket keeps what is overwritten and deleted (decision 0009). There is no way back to
/// [#NEVER].
public enum BucketVersioning {
    /// A key has one object, which is overwritten.
    NEVER,
    /// Every write makes a version with an id of its own.
    ENABLED,
    /// Versions stay; every write replaces the one whose id is `null`.
    SUSPENDED
}
