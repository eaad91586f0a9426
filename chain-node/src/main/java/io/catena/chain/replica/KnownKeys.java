package io.catena.chain.replica;

import io.catena.head.Newest;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import java.util.LinkedHashMap;
import java.util.Optional;

/// The newest states of a few keys that conditions keep asking for (a bucket's shard record is a
/// condition of every write to it), kept by the head while it is head. Bounded: the oldest make
/// room.
final class KnownKeys {
    private static final int KEYS_MAX = 1_024;

    private final LinkedHashMap<Bytes, Newest> known = new LinkedHashMap<>();

    Optional<Newest> newest(Bytes key) {
        return Optional.ofNullable(known.get(key));
    }

    /// Takes what was looked up, when it is not known yet.
    void learn(Bytes key, Newest newest) {
        if (known.size() >= KEYS_MAX) {
            known.remove(known.firstEntry().getKey());
        }
        known.put(key, newest);
    }

    /// Keeps what is known true.
    void appended(Update update) {
        for (Mutation mutation : update.mutations()) {
            known.computeIfPresent(
                    mutation.key(), (_, _) -> Newest.after(mutation, update.position()));
        }
    }
}
