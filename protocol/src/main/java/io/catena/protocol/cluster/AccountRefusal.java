package io.catena.protocol.cluster;

/// Why an [AccountChange] was not made.
public enum AccountRefusal {
    NO_SUCH_USER,
    USER_EXISTS,
    USER_OWNS_BUCKETS,
    /// The root user stays an administrator, enabled, and there.
    ROOT_USER,
    NO_SUCH_KEY,
    KEY_EXISTS,
    /// The root user keeps one active key, or nobody could get in again.
    LAST_ROOT_KEY,
    TOO_MANY_USERS,
    TOO_MANY_KEYS,
    /// A text is longer than the state takes.
    TOO_LONG
}
