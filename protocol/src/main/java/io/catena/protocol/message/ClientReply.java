package io.catena.protocol.message;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import java.util.List;
import java.util.Optional;

/// What a replica answers to a [ClientMessage].
public sealed interface ClientReply {
    /// The write is committed: durable on every member of the chain.
    record Stored(Position position) implements ClientReply {}

    /// The write was not applied: the condition of this index does not hold.
    ///
    /// @param present whether the condition's key holds a version
    record Refused(int conditionIndex, boolean present) implements ClientReply {}

    /// The key's version.
    record Found(Version version) implements ClientReply {}

    /// The key holds nothing.
    record Missing() implements ClientReply {}

    /// A page of a scan.
    ///
    /// @param next where the next page starts; empty when the scan is complete
    record Page(List<ScanEntry> entries, Optional<Bytes> next) implements ClientReply {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /// What the records of a scope on this chain come to.
    record Used(Usage usage) implements ClientReply {}

    /// This replica cannot answer now (not serving, not the head, another epoch): nothing happened,
    /// ask another replica, with a fresh configuration when `epoch` is newer than yours.
    record AskAnother(Epoch epoch, String reason) implements ClientReply {}

    /// What this replica holds may be older than the read's level allows: it has no lease, or the
    /// bound is exceeded. Nothing happened; another replica may hold a lease.
    record TooStale(String reason) implements ClientReply {}

    /// A window is full; nothing happened; try again after a pause.
    record Busy(String reason) implements ClientReply {}

    /// The chain has fewer members than writes need; nothing happened; reads go on.
    record TooFewReplicas(int members, int required) implements ClientReply {}

    /// The disk of a replica has no room; nothing happened.
    record NoSpace() implements ClientReply {}

    /// The write may or may not be applied: retry with the same request id to learn.
    record Unknown(String reason) implements ClientReply {}

    /// The request itself is wrong (a limit broken, a body not staged); nothing happened.
    record Invalid(String reason) implements ClientReply {}
}
