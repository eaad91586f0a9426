package io.catena.chain.node;

import io.catena.chain.replica.ReplicaSettings;

/// What the replicas on one disk go by.
///
/// @param copyBytesPerSecondMax of bodies taken from other replicas, over all chains, while a
///     replica is being filled. Higher: whole again sooner; lower: more is left for clients
public record NodeSettings(
        ReplicaSettings replica, ScrubSettings scrub, long copyBytesPerSecondMax) {
    public NodeSettings {
        if (copyBytesPerSecondMax <= 0) {
            throw new IllegalArgumentException("a copy needs some bytes per second");
        }
    }
}
