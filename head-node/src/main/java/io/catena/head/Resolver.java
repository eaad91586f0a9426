package io.catena.head;

import io.catena.protocol.chain.Bytes;
import java.util.Optional;

/// Where the head finds the newest state of keys: in the log's memory, or in what was looked up.
public interface Resolver {
    /// The newest state of `key`; empty when it is not known without a look-up.
    Optional<Newest> newest(Bytes key);

    /// Whether a key that starts with `prefix` holds a version; [PrefixState.Unknown] without a
    /// look-up.
    PrefixState prefix(Bytes prefix);

    /// What is known of a prefix of keys.
    sealed interface PrefixState {
        /// No key with it holds a version, judged through `restsOnSeq`.
        record Empty(long restsOnSeq) implements PrefixState {}

        /// A key with it holds a version, made at `restsOnSeq` (0: committed).
        record Held(long restsOnSeq) implements PrefixState {}

        /// Look it up.
        record Unknown() implements PrefixState {}
    }
}
