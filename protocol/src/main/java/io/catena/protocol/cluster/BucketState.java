package io.catena.protocol.cluster;

/// How far a bucket has come: its shards are opened before it is seen, and closed after.
public enum BucketState {
    /// Its shards are being opened.
    CREATING,
    /// In use.
    ACTIVE
}
