package io.catena.chain.replica;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.Envelope;
import java.util.List;
import java.util.Optional;

/// Everything that can happen to a [Replica].
public sealed interface Input {
    /// The master made a new configuration of this chain.
    record Configured(ChainConfiguration configuration) implements Input {}

    /// The master extended (or, with a time in the past, ended) this node's lease.
    record Leased(long untilNanos) implements Input {}

    /// The master wants to go on without this replica, which is alive: it is to serve nothing more
    /// in `epoch`, whatever lease its node has. Void in any other epoch.
    record StandDown(Epoch epoch) implements Input {}

    /// A client asks; `ticket` names the request towards the shell until it is replied to.
    record Asked(long ticket, ClientMessage message) implements Input {}

    /// The client of `ticket` is gone: no reply is wanted.
    record Abandoned(long ticket) implements Input {}

    /// Another replica says something.
    record Received(Envelope envelope) implements Input {}

    /// A (new) connection to `peer` stands: what was sent over a former one may be lost.
    record LinkUp(Member peer) implements Input {}

    /// Time passed; sent every few milliseconds.
    record Tick() implements Input {}

    /// Whether the disk has room for what clients put; at first it has. Deletes, and what keeps the
    /// chain going, are taken from a reserve.
    record Room(boolean room) implements Input {}

    /// The disk cannot be relied on any more (a flush failed, a body cannot be kept): nothing that
    /// was asked for may be taken as done.
    record DiskFailed(String reason) implements Input {}

    /// What the disk did; the answers to [Effect.DiskWrite], in the order in which they were asked.
    sealed interface DiskWritten extends Input {}

    /// The log is durable through `seq`.
    record Flushed(long seq) implements DiskWritten {}

    /// The index holds everything through `seq`.
    record Applied(long seq) implements DiskWritten {}

    /// [Effect.BeginJoin] is durable.
    record JoinBegun() implements DiskWritten {}

    /// [Effect.StartCopy] is durable.
    record CopyStarted() implements DiskWritten {}

    /// [Effect.StoreChunk] or [Effect.StoreOutcomes] of this number is durable.
    record ChunkStored(long number) implements DiskWritten {}

    /// [Effect.EndCopy] is durable: the index is exact again.
    record CopyEnded() implements DiskWritten {}

    /// [Effect.MarkWhole] is durable.
    record MarkedWhole() implements DiskWritten {}

    /// What the disk read; the answers to [Effect.DiskRead], in any order.
    sealed interface DiskRead extends Input {}

    /// Answer to [Effect.Lookup].
    ///
    /// @param applied the versions are those of the index at this seq
    /// @param versions one for each key asked for
    /// @param prefixesHold for each prefix asked for, whether any key with it holds a version
    record LookedUp(
            long ticket, long applied, List<Optional<Version>> versions, List<Boolean> prefixesHold)
            implements DiskRead {
        public LookedUp {
            versions = List.copyOf(versions);
            prefixesHold = List.copyOf(prefixesHold);
        }
    }

    /// Answer to [Effect.ReadValue].
    record ValueRead(long ticket, Optional<Version> version) implements DiskRead {}

    /// Answer to [Effect.ScanIndex].
    record Scanned(long ticket, List<ScanEntry> entries, Optional<Bytes> next)
            implements DiskRead {}

    /// Answer to [Effect.ReadUsage].
    record UsageRead(long ticket, Usage usage) implements DiskRead {}

    /// Answer to [Effect.ReadChunk].
    record ChunkRead(ChainMessage.CopyChunk chunk) implements DiskRead {}

    /// Answer to [Effect.ReadLog].
    ///
    /// @param updates consecutive ones from `fromSeq` on; empty when the log no longer reaches so
    ///     far
    record LogRead(long fromSeq, List<Update> updates) implements DiskRead {
        public LogRead {
            updates = List.copyOf(updates);
        }
    }
}
