package io.catena.chain.replica;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// Everything a [Replica] wants done. The shell carries effects out in the order given; what must
/// wait for the disk is released only by the [Input.DiskWritten] that answers, never by having
/// asked.
public sealed interface Effect {
    /// Tell another replica.
    record Send(Envelope envelope) implements Effect {}

    /// Answer the client of `ticket`; the ticket ends with it.
    record Reply(long ticket, ClientReply reply) implements Effect {}

    /// Tell the master: the joining replica holds everything and is counted in this epoch; it may
    /// be promoted in the next.
    record ReportJoined(Epoch epoch, Member joining) implements Effect {}

    /// What the disk is asked to write: first in, first out for each chain, many of all chains in
    /// one group commit, each answered when it is durable.
    sealed interface DiskWrite extends Effect {}

    /// Append to the log; the update's bodies are staged, and become durable with it.
    /// Answered by [Input.Flushed].
    record Append(Update update) implements DiskWrite {}

    /// Move the log's updates through `seq` into the index: they are committed.
    /// Answered by [Input.Applied].
    record Apply(long seq) implements DiskWrite {}

    /// Discard the log behind what is applied, and remember durably that this replica is not whole:
    /// it must not start the chain again. Answered by [Input.JoinBegun].
    record BeginJoin() implements DiskWrite {}

    /// The index will be filled anew, the log starts behind `base`. Until [EndCopy] the index keeps
    /// tombstones, and newer positions win. Answered by [Input.CopyStarted].
    record StartCopy(Position base) implements DiskWrite {}

    /// Make the chunk's key range what the chunk says: a record goes in unless a newer one is
    /// there; a key that the chunk lacks goes out unless its record is newer than the chunk's
    /// position. Answered by [Input.ChunkStored].
    record StoreChunk(ChainMessage.CopyChunk chunk) implements DiskWrite {}

    /// Keep these request outcomes. Answered by [Input.ChunkStored].
    record StoreOutcomes(ChainMessage.CopyOutcomes outcomes) implements DiskWrite {}

    /// Drop tombstones: the index is exact. Answered, when every body that the index names is here,
    /// by [Input.CopyEnded].
    record EndCopy() implements DiskWrite {}

    /// Remember durably that this replica is whole. Answered by [Input.MarkedWhole].
    record MarkWhole() implements DiskWrite {}

    /// What the disk is asked to read; answered in any order.
    sealed interface DiskRead extends Effect {}

    /// For the head's preconditions: answered by [Input.LookedUp].
    record Lookup(long ticket, List<Bytes> keys, List<Bytes> prefixes) implements DiskRead {}

    /// The index's version of a key: answered by [Input.ValueRead].
    record ReadValue(long ticket, Bytes key) implements DiskRead {}

    /// A page of the index with `overlay` laid over it: answered by [Input.Scanned].
    ///
    /// @param overlay newer versions than the index may hold, by key; empty: deleted. An overlay
    ///     version counts unless the index has applied its position already
    record ScanIndex(long ticket, ScanRange range, SortedMap<Bytes, Overlay> overlay)
            implements DiskRead {}

    /// What the records of some scopes come to, in the index with `overlay` laid over it as for
    /// [ScanIndex]: answered by [Input.UsageRead].
    record ReadUsage(long ticket, Scopes scopes, SortedMap<Bytes, Overlay> overlay)
            implements DiskRead {}

    /// A key's change that is committed but perhaps not yet in the index.
    record Overlay(Position position, Optional<Version> version) {}

    /// The next records behind `after`, for a copy: answered by [Input.ChunkRead].
    record ReadChunk(long number, Bytes after) implements DiskRead {}

    /// Log entries from `fromSeq` on, for a replica that was away briefly: answered by
    /// [Input.LogRead].
    record ReadLog(long fromSeq) implements DiskRead {}
}
