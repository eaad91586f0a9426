package io.catena.protocol.cluster;

/// What a client signs its requests with.
///
/// @param root may do everything
public record AccessKey(String id, String secret, boolean root) {
    /// Never the secret: records are logged.
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
