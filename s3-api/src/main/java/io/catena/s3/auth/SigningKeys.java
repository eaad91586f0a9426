package io.catena.s3.auth;

import io.catena.protocol.cluster.AccessKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Derived keys, kept because deriving takes four HMACs. Bounded: when full it starts anew, which
/// costs time and nothing else. The secret is part of what is looked up, so that a changed secret
/// is never served by an old key. Safe for several event loops.
final class SigningKeys {
    private static final int KEYS_MAX = 1_024;
    private final Map<AccessKeyDay, SigningKey> keys = new ConcurrentHashMap<>();

    private record AccessKeyDay(AccessKey key, Scope scope) {}

    SigningKey of(AccessKey key, Scope scope) {
        if (keys.size() >= KEYS_MAX) {
            keys.clear();
        }
        return keys.computeIfAbsent(
                new AccessKeyDay(key, scope), _ -> SigningKey.derive(key.secret(), scope));
    }
}
