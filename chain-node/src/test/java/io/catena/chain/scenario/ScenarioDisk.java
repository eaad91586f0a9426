package io.catena.chain.scenario;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A perfect disk: what is carried out is durable, in memory. What was only asked for is lost with
/// the process, since that is kept by the [Stage].
final class ScenarioDisk {
    /// Few, so that a short story has several chunks.
    private static final int CHUNK_RECORDS = 2;

    /// Empty: a tombstone, while a copy runs.
    private record Slot(Position position, Optional<Version> version) {}

    private final TreeMap<Bytes, Slot> index = new TreeMap<>();
    private final List<Update> log = new ArrayList<>();
    private final List<ChainMessage.Outcome> outcomes = new ArrayList<>();
    private Position applied = Position.NONE;
    private boolean copying;
    private boolean exact = true;
    private boolean whole = true;

    RecoveredReplica recovered() {
        long floorSeq = log.isEmpty() ? applied.seq() + 1 : log.getFirst().seq();
        return new RecoveredReplica(applied, exact, whole, floorSeq,
                log.stream().filter(update -> update.seq() > applied.seq()).toList(), outcomes);
    }

    /// The log no longer has what the index has.
    void forgetLog() {
        log.removeIf(update -> update.seq() <= applied.seq());
    }

    Input write(Effect.DiskWrite effect) {
        return switch (effect) {
            case Effect.Append append -> {
                log.add(append.update());
                yield new Input.Flushed(append.update().seq());
            }
            case Effect.Apply apply -> {
                log.stream().filter(update -> update.seq() > applied.seq()
                        && update.seq() <= apply.seq()).toList().forEach(this::apply);
                yield new Input.Applied(apply.seq());
            }
            case Effect.BeginJoin _ -> {
                log.removeIf(update -> update.seq() > applied.seq());
                whole = false;
                yield new Input.JoinBegun();
            }
            case Effect.StartCopy start -> {
                copying = true;
                exact = false;
                log.clear();
                applied = start.base();
                yield new Input.CopyStarted();
            }
            case Effect.StoreChunk(ChainMessage.CopyChunk chunk) -> store(chunk);
            case Effect.StoreOutcomes(ChainMessage.CopyOutcomes copied) -> {
                outcomes.addAll(copied.outcomes());
                yield new Input.ChunkStored(copied.number());
            }
            case Effect.EndCopy _ -> {
                index.values().removeIf(slot -> slot.version().isEmpty());
                copying = false;
                exact = true;
                yield new Input.CopyEnded();
            }
            case Effect.MarkWhole _ -> {
                whole = true;
                yield new Input.MarkedWhole();
            }
        };
    }

    private void apply(Update update) {
        applied = update.position();
        outcomes.add(new ChainMessage.Outcome(update.requestId(), update.position()));
        for (Mutation mutation : update.mutations()) {
            put(mutation.key(), new Slot(update.position(), switch (mutation) {
                case Mutation.Put put -> Optional.of(put.at(update.position()));
                case Mutation.Delete _ -> Optional.empty();
            }));
        }
    }

    private void put(Bytes key, Slot slot) {
        Slot former = index.get(key);
        if (former != null && former.position().compareTo(slot.position()) >= 0) {
            return;
        }
        if (slot.version().isPresent() || copying) {
            index.put(key, slot);
        } else {
            index.remove(key);
        }
    }

    private Input store(ChainMessage.CopyChunk chunk) {
        List<Bytes> kept = chunk.items().stream().map(ScanEntry.Item::key).toList();
        index.entrySet().removeIf(entry -> entry.getKey().compareTo(chunk.after()) > 0
                && (chunk.last() || entry.getKey().compareTo(chunk.through()) <= 0)
                && !kept.contains(entry.getKey())
                && entry.getValue().position().seq() <= chunk.applied());
        chunk.items().forEach(item -> put(item.key(),
                new Slot(item.version().position(), Optional.of(item.version()))));
        return new Input.ChunkStored(chunk.number());
    }

    Input read(Effect.DiskRead effect) {
        return switch (effect) {
            case Effect.Lookup lookup -> new Input.LookedUp(lookup.ticket(), applied.seq(),
                    lookup.keys().stream().map(this::version).toList(),
                    lookup.prefixes().stream().map(this::holdsPrefix).toList());
            case Effect.ReadValue read -> new Input.ValueRead(read.ticket(), version(read.key()));
            case Effect.ScanIndex scan -> scan(scan);
            // No story has records that count.
            case Effect.ReadUsage read -> new Input.UsageRead(read.ticket(), Usage.NONE);
            case Effect.ReadChunk read -> new Input.ChunkRead(chunk(read.number(), read.after()));
            case Effect.ReadLog read -> new Input.LogRead(read.fromSeq(), logFrom(read.fromSeq()));
        };
    }

    private Optional<Version> version(Bytes key) {
        return Optional.ofNullable(index.get(key)).flatMap(Slot::version);
    }

    private boolean holdsPrefix(Bytes prefix) {
        return index.entrySet().stream().anyMatch(entry -> entry.getKey().startsWith(prefix)
                && entry.getValue().version().isPresent());
    }

    /// One page without end: stories are short.
    private Input scan(Effect.ScanIndex scan) {
        TreeMap<Bytes, Optional<Version>> page = new TreeMap<>();
        index.forEach((key, slot) -> page.put(key, slot.version()));
        scan.overlay().forEach((key, overlay) -> {
            if (overlay.position().seq() > applied.seq()) {
                page.put(key, overlay.version());
            }
        });
        ScanRange range = scan.range();
        List<ScanEntry> entries = page.tailMap(range.from(), true).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(range.prefix())
                        && entry.getValue().isPresent())
                .<ScanEntry>map(entry ->
                        new ScanEntry.Item(entry.getKey(), entry.getValue().get())).toList();
        return new Input.Scanned(scan.ticket(), entries, Optional.empty());
    }

    private ChainMessage.CopyChunk chunk(long number, Bytes after) {
        List<ScanEntry.Item> items = index.tailMap(after, false).entrySet().stream()
                .filter(entry -> entry.getValue().version().isPresent()).limit(CHUNK_RECORDS)
                .map(entry -> new ScanEntry.Item(
                        entry.getKey(), entry.getValue().version().get())).toList();
        boolean last = items.size() < CHUNK_RECORDS;
        Bytes through = items.isEmpty() ? after : items.getLast().key();
        return new ChainMessage.CopyChunk(number, after, through, last, applied.seq(), items);
    }

    private List<Update> logFrom(long fromSeq) {
        return !log.isEmpty() && log.getFirst().seq() <= fromSeq
                ? log.stream().filter(update -> update.seq() >= fromSeq).toList() : List.of();
    }

    /// What the index holds, for the trace.
    Map<Bytes, Optional<Version>> contents() {
        TreeMap<Bytes, Optional<Version>> contents = new TreeMap<>();
        index.forEach((key, slot) -> contents.put(key, slot.version()));
        return contents;
    }
}
