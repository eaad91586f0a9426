package io.catena.protocol.cluster;

/// What a client signs its requests with.
///
/// @param userId whose key it is
/// @param active whether it is taken
public record AccessKey(
        String id, String secret, String userId, boolean active, long createdMillis) {
    /// The key that a cluster is made with.
    public static AccessKey ofRoot(String id, String secret) {
        return new AccessKey(id, secret, UserRecord.ROOT_ID, true, 0);
    }

    /// This key, taken or not.
    public AccessKey with(boolean nowActive) {
        return new AccessKey(id, secret, userId, nowActive, createdMillis);
    }

    /// Never the secret: records are logged.
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
