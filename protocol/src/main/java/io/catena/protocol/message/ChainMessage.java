package io.catena.protocol.message;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Update;
import java.util.List;

/// What replicas of one chain tell each other. Every one travels in an [Envelope] and counts only
/// in the epoch it was sent in.
public sealed interface ChainMessage {
    /// Predecessor to successor: every replica before you has adopted this epoch.
    record Hello() implements ChainMessage {}

    /// Successor's answer to hello: how much log it has, and how much it knows to be committed. The
    /// predecessor sends the rest.
    record At(Position logEnd, long committed) implements ChainMessage {}

    /// Predecessor to successor: the next entry of the log.
    record Append(Update update) implements ChainMessage {}

    /// Predecessor to successor: every replica before you holds the log durably through `seq`.
    record DurableThrough(long seq) implements ChainMessage {}

    /// Successor to predecessor: committed through `seq`.
    record Acknowledge(long seq) implements ChainMessage {}

    /// To the query tail: what have you committed? One answer serves all reads that wait.
    record CommittedQuery(long query) implements ChainMessage {}

    /// The query tail's answer, valid at a moment after the query was sent.
    record CommittedAnswer(long query, long seq) implements ChainMessage {}

    /// Joining replica's answer to hello.
    ///
    /// @param applied its index is the committed state of the chain at this position
    /// @param exact false when the index is a mixture (a copy broke off): it must be copied anew
    record JoinAt(Position applied, boolean exact) implements ChainMessage {}

    /// Query tail to joining replica: the copy starts; live updates follow from `base` + 1.
    ///
    /// @param base the position that the joining replica's log starts behind
    /// @param full true: chunks of the whole index follow; false: the log alone brings what lacks
    record CopyStart(Position base, boolean full) implements ChainMessage {}

    /// Query tail to joining replica: all records of the key range (`after`, `through`], as they
    /// stood at the sender when it had applied everything through `applied`.
    ///
    /// @param through last key of the range, inclusive; ignored when `last`
    /// @param last the range reaches to the end of all keys
    record CopyChunk(
            long number, Bytes after, Bytes through, boolean last, long applied,
            List<ScanEntry.Item> items)
            implements ChainMessage {
        public CopyChunk {
            items = List.copyOf(items);
        }
    }

    /// Query tail to joining replica: outcomes of recent requests, for retries after a failover.
    record CopyOutcomes(long number, List<Outcome> outcomes) implements ChainMessage {
        public CopyOutcomes {
            outcomes = List.copyOf(outcomes);
        }
    }

    /// Joining replica to query tail: the chunk of this number is durable here.
    record CopyStored(long number) implements ChainMessage {}

    /// Query tail to joining replica, while it is not counted: committed through `seq`.
    record CommittedThrough(long seq) implements ChainMessage {}

    /// Query tail to joining replica: every chunk is sent; say when you hold everything.
    ///
    /// @param applied the greatest position at which a chunk was read
    record CopyEnd(long applied) implements ChainMessage {}

    /// Joining replica to query tail: the copy is whole and the log durable through `seq`; from now
    /// on count me.
    record Whole(long seq) implements ChainMessage {}

    /// Joining replica to query tail, while it is being filled: the log is durable through `seq`
    /// here.
    record Filled(long seq) implements ChainMessage {}

    /// Successor to predecessor: whether it, and every member behind it, has room on its disk. Said
    /// when it changes, and behind [At] when there is none; until then there is.
    record Room(boolean room) implements ChainMessage {}

    /// A request's outcome as every replica keeps it.
    record Outcome(RequestId requestId, Position position) {}
}
