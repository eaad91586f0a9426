package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What is durable of one chain's replica on one disk, and what [Effect.DiskWrite] and
/// [Effect.DiskRead] say is done with it. It outlives the processes that use it.
class SimStore {
    /// What the index holds of a key; without a version: a tombstone, while a copy runs.
    private record Held(Position position, Optional<Version> version) {}

    private static final int OUTCOMES_MAX = 4_096;

    private final Chance chance;
    private final int retainedUpdates;
    private final TreeMap<Bytes, Held> index = new TreeMap<>();
    private final TreeMap<Long, Update> log = new TreeMap<>();
    private final List<ChainMessage.Outcome> outcomes = new ArrayList<>();
    private Position applied = Position.NONE;
    private boolean exact = true;
    private boolean whole = true;

    SimStore(Chance chance) {
        this.chance = chance;
        this.retainedUpdates = chance.below(100);
    }

    RecoveredReplica recovered() {
        long floor = log.isEmpty() ? applied.seq() + 1 : log.firstKey();
        return new RecoveredReplica(applied, exact, whole, floor,
                List.copyOf(log.tailMap(applied.seq(), false).values()), outcomes);
    }

    boolean exact() {
        return exact;
    }

    boolean whole() {
        return whole && exact;
    }

    Position applied() {
        return applied;
    }

    /// How far everything is durable here.
    long endSeq() {
        return log.isEmpty() ? applied.seq() : Math.max(applied.seq(), log.lastKey());
    }

    /// The index as it is.
    TreeMap<Bytes, Version> versions() {
        TreeMap<Bytes, Version> versions = new TreeMap<>();
        index.forEach((key, held) -> held.version().ifPresent(v -> versions.put(key, v)));
        return versions;
    }

    /// Makes a write durable.
    Input.DiskWritten write(Effect.DiskWrite write) {
        return switch (write) {
            case Effect.Append w -> append(w.update());
            case Effect.Apply w -> apply(w.seq());
            case Effect.BeginJoin _ -> beginJoin();
            case Effect.StartCopy w -> startCopy(w.base());
            case Effect.StoreChunk w -> storeChunk(w.chunk());
            case Effect.StoreOutcomes w -> storeOutcomes(w.outcomes());
            case Effect.EndCopy _ -> endCopy();
            case Effect.MarkWhole _ -> {
                whole = true;
                yield new Input.MarkedWhole();
            }
        };
    }

    private Input.DiskWritten append(Update update) {
        if (update.seq() != endSeq() + 1) {
            throw new Violation("appended " + update.position() + " behind " + endSeq());
        }
        log.put(update.seq(), update);
        return new Input.Flushed(update.seq());
    }

    private Input.DiskWritten apply(long seq) {
        for (Update update : List.copyOf(
                log.subMap(applied.seq(), false, seq, true).values())) {
            for (Mutation mutation : update.mutations()) {
                change(mutation, update.position());
            }
            keep(new ChainMessage.Outcome(update.requestId(), update.position()));
            applied = update.position();
        }
        if (applied.seq() < seq) {
            throw new Violation("apply " + seq + " finds the log's end at " + applied);
        }
        log.headMap(applied.seq() - retainedUpdates, true).clear();
        return new Input.Applied(seq);
    }

    private void change(Mutation mutation, Position position) {
        Held there = index.get(mutation.key());
        if (there != null && there.position().seq() >= position.seq()) {
            return;
        }
        switch (mutation) {
            case Mutation.Put put ->
                    index.put(put.key(), new Held(position, Optional.of(put.at(position))));
            case Mutation.Delete delete -> {
                if (exact) {
                    index.remove(delete.key());
                } else {
                    index.put(delete.key(), new Held(position, Optional.empty()));
                }
            }
        }
    }

    private void keep(ChainMessage.Outcome outcome) {
        outcomes.add(outcome);
        if (outcomes.size() > OUTCOMES_MAX) {
            outcomes.removeFirst();
        }
    }

    protected Input.DiskWritten beginJoin() {
        log.tailMap(applied.seq(), false).clear();
        whole = false;
        return new Input.JoinBegun();
    }

    private Input.DiskWritten startCopy(Position base) {
        log.clear();
        outcomes.clear();
        applied = base;
        exact = false;
        return new Input.CopyStarted();
    }

    protected Input.DiskWritten storeChunk(ChainMessage.CopyChunk chunk) {
        TreeMap<Bytes, Version> lacking = new TreeMap<>();
        chunk.items().forEach(item -> lacking.put(item.key(), item.version()));
        var range = chunk.last() ? index.tailMap(chunk.after(), false)
                : index.subMap(chunk.after(), false, chunk.through(), true);
        range.entrySet().removeIf(entry -> !lacking.containsKey(entry.getKey())
                && entry.getValue().version().isPresent()
                && entry.getValue().position().seq() <= chunk.applied());
        lacking.forEach((key, version) -> {
            Held there = index.get(key);
            if (there == null || there.position().seq() < version.position().seq()) {
                index.put(key, new Held(version.position(), Optional.of(version)));
            }
        });
        return new Input.ChunkStored(chunk.number());
    }

    private Input.DiskWritten storeOutcomes(ChainMessage.CopyOutcomes copied) {
        copied.outcomes().forEach(this::keep);
        return new Input.ChunkStored(copied.number());
    }

    protected Input.DiskWritten endCopy() {
        index.values().removeIf(held -> held.version().isEmpty());
        exact = true;
        return new Input.CopyEnded();
    }

    /// Reads what is durable now.
    Input.DiskRead read(Effect.DiskRead read) {
        return switch (read) {
            case Effect.Lookup r -> new Input.LookedUp(r.ticket(), applied.seq(),
                    r.keys().stream().map(this::version).toList(),
                    r.prefixes().stream().map(this::holdsPrefix).toList());
            case Effect.ReadValue r -> new Input.ValueRead(r.ticket(), version(r.key()));
            case Effect.ScanIndex r -> scan(r);
            case Effect.ReadChunk r -> new Input.ChunkRead(chunk(r.number(), r.after()));
            case Effect.ReadLog r -> new Input.LogRead(r.fromSeq(), updates(r.fromSeq()));
        };
    }

    private Optional<Version> version(Bytes key) {
        return Optional.ofNullable(index.get(key)).flatMap(Held::version);
    }

    private boolean holdsPrefix(Bytes prefix) {
        Bytes key = index.ceilingKey(prefix);
        return key != null && key.startsWith(prefix);
    }

    private List<Update> updates(long fromSeq) {
        if (!log.containsKey(fromSeq)) {
            return List.of();
        }
        return log.tailMap(fromSeq, true).values().stream().limit(chance.between(1, 16)).toList();
    }

    private ChainMessage.CopyChunk chunk(long number, Bytes after) {
        int most = chance.between(1, 8);
        List<ScanEntry.Item> items = new ArrayList<>();
        for (var entry : index.tailMap(after, false).entrySet()) {
            if (items.size() == most) {
                Bytes through = items.getLast().key();
                return new ChainMessage.CopyChunk(
                        number, after, through, false, applied.seq(), items);
            }
            items.add(new ScanEntry.Item(entry.getKey(), entry.getValue().version().orElseThrow()));
        }
        return new ChainMessage.CopyChunk(number, after, after, true, applied.seq(), items);
    }

    private Input.Scanned scan(Effect.ScanIndex scan) {
        TreeMap<Bytes, Version> state = versions();
        scan.overlay().forEach((key, overlay) -> {
            if (overlay.position().seq() > applied.seq()) {
                overlay.version().ifPresentOrElse(v -> state.put(key, v), () -> state.remove(key));
            }
        });
        return page(scan.ticket(), scan.range(), state);
    }

    /// A page of `state`; ranges of a simulation have no delimiter and no byte limits.
    private static Input.Scanned page(
            long ticket, ScanRange range, TreeMap<Bytes, Version> state) {
        List<ScanEntry> entries = new ArrayList<>();
        Bytes from = range.from().compareTo(range.prefix()) > 0 ? range.from() : range.prefix();
        for (var entry : state.tailMap(from, true).entrySet()) {
            if (!entry.getKey().startsWith(range.prefix())) {
                break;
            }
            if (entries.size() == range.entriesMax()) {
                return new Input.Scanned(ticket, entries, Optional.of(entry.getKey()));
            }
            entries.add(new ScanEntry.Item(entry.getKey(), entry.getValue()));
        }
        return new Input.Scanned(ticket, entries, Optional.empty());
    }
}
