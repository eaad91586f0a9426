package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Charge;
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

/// What is durable of one chain's replica on one disk, and what [Effect.DiskWrite] and
/// [Effect.DiskRead] say is done with it. It outlives the processes that use it. Whatever it reads
/// it compares with the checksum.
class SimStore {
    /// A block does not read back as it was written.
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Damaged(Object block) {
            super("checksum mismatch: " + block);
        }
    }

    /// What the index holds of a key; without a version: a tombstone, while a copy runs.
    private record Held(Position position, Optional<Block<Version>> version) {}

    private static final int OUTCOMES_MAX = 4_096;

    private final Chance chance;
    private final int retainedUpdates;
    private final TreeMap<Bytes, Held> index = new TreeMap<>();
    /// What the records of the index come to, by scope; kept up with each change of the index.
    private final TreeMap<Long, Usage> usage = new TreeMap<>();
    final TreeMap<Long, Block<Update>> log = new TreeMap<>();
    private final List<ChainMessage.Outcome> outcomes = new ArrayList<>();
    private Position applied = Position.NONE;
    /// How far the log was flushed: what is damaged behind this was torn by the end of the power.
    private long flushedSeq;
    private boolean exact = true;
    private boolean whole = true;

    SimStore(Chance chance) {
        this.chance = chance;
        this.retainedUpdates = chance.below(100);
    }

    RecoveredReplica recovered() {
        long floor = log.isEmpty() ? applied.seq() + 1 : log.firstKey();
        List<Update> behind =
                log.tailMap(applied.seq(), false).values().stream().map(Block::content).toList();
        return new RecoveredReplica(applied, exact, whole, floor, behind, outcomes);
    }

    /// Whether a block can be taken for what was written.
    protected boolean verified(Block<?> block) {
        return block.intact();
    }

    private <T> T checked(Block<T> block) {
        if (!verified(block)) {
            throw new Damaged(block.written());
        }
        return block.content();
    }

    /// A process opens the store: what was torn behind the flushed log is cut off.
    void open() {
        if (!log.isEmpty() && log.lastKey() > flushedSeq && !verified(log.lastEntry().getValue())) {
            log.pollLastEntry();
        }
        for (Block<Update> block : log.tailMap(applied.seq(), false).values()) {
            checked(block);
        }
        flushedSeq = endSeq();
    }

    /// Power ends in the middle of a write: part of the block is old, or nothing.
    void tear(Update update) {
        log.put(update.seq(), Block.of(update).damaged(Block.spoilt(update)));
    }

    /// Some block goes bad.
    ///
    /// @return false when there is none
    boolean spoil() {
        if (!index.isEmpty() && chance.percent(60)) {
            var entry = index.entrySet().stream().skip(chance.below(index.size())).findFirst()
                    .orElseThrow();
            Held held = entry.getValue();
            entry.setValue(new Held(held.position(),
                    held.version().map(v -> v.damaged(Block.spoilt(v.written())))));
            return held.version().isPresent();
        } else if (!log.isEmpty()) {
            var entry = log.entrySet().stream().skip(chance.below(log.size())).findFirst()
                    .orElseThrow();
            Block<Update> block = entry.getValue();
            entry.setValue(block.damaged(Block.spoilt(block.written())));
            return true;
        }
        return false;
    }

    /// Every block can be read again.
    void repair() {
        log.replaceAll((_, block) -> block.repaired());
        index.replaceAll((_, held) ->
                new Held(held.position(), held.version().map(Block::repaired)));
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

    /// The index as it was written.
    TreeMap<Bytes, Version> versions() {
        TreeMap<Bytes, Version> versions = new TreeMap<>();
        index.forEach((key, held) -> held.version().ifPresent(
                version -> versions.put(key, version.written())));
        return versions;
    }

    /// What the store counted, of scopes that come to something.
    TreeMap<Long, Usage> usage() {
        TreeMap<Long, Usage> counted = new TreeMap<>(usage);
        counted.values().removeIf(Usage.NONE::equals);
        return counted;
    }

    /// The index holds this in place of what it held of the key.
    private void hold(Bytes key, Held held) {
        takeAway(index.put(key, held));
        add(held);
    }

    private void add(Held held) {
        held.version().flatMap(block -> block.written().charge()).ifPresent(charge ->
                usage.merge(charge.scope(), charge.usage(), Usage::plus));
    }

    private void takeAway(Held held) {
        if (held != null) {
            held.version().flatMap(block -> block.written().charge()).ifPresent(charge ->
                    usage.merge(charge.scope(), charge.usage(), Usage::minus));
        }
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

    protected Input.DiskWritten append(Update update) {
        if (update.seq() != endSeq() + 1) {
            throw new Violation("appended " + update.position() + " behind " + endSeq());
        }
        log.put(update.seq(), Block.of(update));
        flushedSeq = update.seq();
        return new Input.Flushed(update.seq());
    }

    private Input.DiskWritten apply(long seq) {
        for (Block<Update> block : List.copyOf(
                log.subMap(applied.seq(), false, seq, true).values())) {
            Update update = checked(block);
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
                    hold(put.key(), new Held(position, Optional.of(Block.of(put.at(position)))));
            case Mutation.Delete delete -> {
                if (exact || !keepsTombstones()) {
                    takeAway(index.remove(delete.key()));
                } else {
                    hold(delete.key(), new Held(position, Optional.empty()));
                }
            }
        }
    }

    /// While a copy runs.
    protected boolean keepsTombstones() {
        return true;
    }

    private void keep(ChainMessage.Outcome outcome) {
        outcomes.add(outcome);
        if (outcomes.size() > OUTCOMES_MAX) {
            outcomes.removeFirst();
        }
    }

    protected Input.DiskWritten beginJoin() {
        log.tailMap(applied.seq(), false).clear();
        flushedSeq = applied.seq();
        whole = false;
        return new Input.JoinBegun();
    }

    private Input.DiskWritten startCopy(Position base) {
        log.clear();
        outcomes.clear();
        applied = base;
        flushedSeq = base.seq();
        exact = false;
        return new Input.CopyStarted();
    }

    protected Input.DiskWritten storeChunk(ChainMessage.CopyChunk chunk) {
        TreeMap<Bytes, Version> lacking = new TreeMap<>();
        chunk.items().forEach(item -> lacking.put(item.key(), item.version()));
        var range = chunk.last() ? index.tailMap(chunk.after(), false)
                : index.subMap(chunk.after(), false, chunk.through(), true);
        List<Bytes> gone = range.entrySet().stream()
                .filter(entry -> !lacking.containsKey(entry.getKey())
                        && entry.getValue().version().isPresent()
                        && entry.getValue().position().seq() <= chunk.applied())
                .map(Map.Entry::getKey).toList();
        gone.forEach(key -> takeAway(index.remove(key)));
        lacking.forEach((key, version) -> {
            Held there = index.get(key);
            if (there == null || there.position().seq() < version.position().seq()) {
                bring(key, new Held(version.position(), Optional.of(Block.of(version))));
            }
        });
        return new Input.ChunkStored(chunk.number());
    }

    private void bring(Bytes key, Held held) {
        if (!copyTakesReplacedAway()) {
            index.remove(key);
        }
        hold(key, held);
    }

    /// From what the records come to.
    protected boolean copyTakesReplacedAway() {
        return true;
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
            case Effect.Lookup r -> lookUp(r);
            case Effect.ReadValue r -> new Input.ValueRead(r.ticket(), version(r.key()));
            case Effect.ScanIndex r -> scan(r);
            case Effect.ReadUsage r -> new Input.UsageRead(r.ticket(), usage(r));
            case Effect.ReadChunk r -> new Input.ChunkRead(chunk(r.number(), r.after()));
            case Effect.ReadLog r -> new Input.LogRead(r.fromSeq(), updates(r.fromSeq()));
        };
    }

    private Input.LookedUp lookUp(Effect.Lookup asked) {
        List<Optional<Version>> found = new ArrayList<>();
        for (Bytes key : asked.keys()) {
            found.add(version(key));
        }
        return new Input.LookedUp(asked.ticket(), applied.seq(), found,
                asked.prefixes().stream().map(this::holdsPrefix).toList());
    }

    private Optional<Version> version(Bytes key) {
        Held held = index.get(key);
        return held == null || held.version().isEmpty() ? Optional.empty()
                : Optional.of(checked(held.version().get()));
    }

    private Usage usage(Effect.ReadUsage read) {
        Usage sum = usage.entrySet().stream().filter(entry -> read.scopes().holds(entry.getKey()))
                .map(Map.Entry::getValue).reduce(Usage.NONE, Usage::plus);
        for (var change : read.overlay().entrySet()) {
            Effect.Overlay newer = change.getValue();
            if (newer.position().seq() > applied.seq()) {
                sum = sum.minus(read.scopes().of(version(change.getKey())))
                        .plus(read.scopes().of(newer.version()));
            }
        }
        return sum;
    }

    private boolean holdsPrefix(Bytes prefix) {
        Bytes key = index.ceilingKey(prefix);
        return key != null && key.startsWith(prefix);
    }

    private List<Update> updates(long fromSeq) {
        if (!log.containsKey(fromSeq)) {
            return List.of();
        }
        int most = chance.between(1, 16);
        List<Update> updates = new ArrayList<>();
        for (Block<Update> block : log.tailMap(fromSeq, true).values()) {
            if (updates.size() < most) {
                updates.add(checked(block));
            }
        }
        return updates;
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
            items.add(new ScanEntry.Item(
                    entry.getKey(), checked(entry.getValue().version().orElseThrow())));
        }
        return new ChainMessage.CopyChunk(number, after, after, true, applied.seq(), items);
    }

    private Input.Scanned scan(Effect.ScanIndex scan) {
        TreeMap<Bytes, Version> state = new TreeMap<>();
        for (var entry : index.entrySet()) {
            if (entry.getValue().version().isPresent()) {
                state.put(entry.getKey(), checked(entry.getValue().version().get()));
            }
        }
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
            if (range.shows(entry.getKey())) {
                entries.add(new ScanEntry.Item(entry.getKey(), entry.getValue()));
            }
        }
        return new Input.Scanned(ticket, entries, Optional.empty());
    }
}
