package io.catena.protocol.chain;

import java.util.Optional;

/// One change of one key. An update carries one or several, applied together or not at all.
public sealed interface Mutation {
    Bytes key();

    /// Whether what the replaced version refers to (see [Version#holdsReferences()]) is no longer
    /// needed. False when the same update hands the references on to another key.
    boolean releasesReplaced();

    /// The key holds a new version.
    record Put(
            Bytes key,
            Bytes tag,
            Bytes value,
            Optional<BodyRef> body,
            boolean holdsReferences,
            boolean releasesReplaced,
            Optional<Charge> charge)
            implements Mutation {
        /// Of a version that counts for nothing.
        public Put(Bytes key, Bytes tag, Bytes value, Optional<BodyRef> body,
                boolean holdsReferences, boolean releasesReplaced) {
            this(key, tag, value, body, holdsReferences, releasesReplaced, Optional.empty());
        }

        /// The version that this makes when sequenced at `position`.
        public Version at(Position position) {
            return new Version(position, tag, value, body, holdsReferences, charge);
        }
    }

    /// The key holds nothing.
    record Delete(Bytes key, boolean releasesReplaced) implements Mutation {}
}
