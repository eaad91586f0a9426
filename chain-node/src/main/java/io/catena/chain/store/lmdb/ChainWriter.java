package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.wire.GarbageWire;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What writes do to a chain's rows, inside the writer's transaction.
final class ChainWriter {
    private final Shelf shelf;
    private final ChainIndex index;
    private final BodyTable bodies;
    private final Tables tables;
    private final LmdbSettings settings;
    private final CopyWriter copy;
    private final DigestHistory history = new DigestHistory();

    ChainWriter(Shelf shelf, IndexTree index, BodyTable bodies, Tables tables,
            LmdbSettings settings) {
        this.shelf = shelf;
        this.index = new ChainIndex(
                index, new ChainUsage(tables.usage, shelf.number()), shelf.record());
        this.bodies = bodies;
        this.tables = tables;
        this.settings = settings;
        copy = new CopyWriter(this);
        noteDigest(shelf.record().applied());
    }

    DigestHistory history() {
        return history;
    }

    /// While a copy runs the index is no state of the chain.
    private void noteDigest(Position applied) {
        if (shelf.record().exact()) {
            history.add(applied.seq(), index.digest());
        }
    }

    void perform(Tx tx, Effect.DiskWrite write) {
        shelf.makeKnown(tx);
        switch (write) {
            case Effect.Append append -> append(tx, append.update());
            case Effect.Apply apply -> apply(tx, apply.seq());
            case Effect.BeginJoin _ -> beginJoin(tx);
            case Effect.StartCopy start -> startCopy(tx, start.base());
            case Effect.StoreChunk store -> copy.store(tx, store.chunk());
            case Effect.StoreOutcomes store ->
                    store.outcomes().outcomes().forEach(one -> shelf.keepOutcome(tx, one));
            case Effect.EndCopy _ -> endCopy(tx);
            case Effect.MarkWhole _ -> shelf.change(tx, shelf.record().withWhole(true));
        }
        index.save(tx);
        if (!shelf.record().digest().equals(index.digest())) {
            shelf.change(tx, shelf.record().withDigest(index.digest()));
        }
    }

    private void append(Tx tx, Update update) {
        Invariant.check(update.seq() == shelf.logEnd().seq() + 1,
                () -> "update %s does not follow on %s of %s"
                        .formatted(update.position(), shelf.logEnd(), shelf.chain()));
        shelf.append(tx, update);
        forEachBody(update, ref -> name(tx, ref));
    }

    private static void forEachBody(Update update, Consumer<BodyRef> each) {
        for (Mutation mutation : update.mutations()) {
            if (mutation instanceof Mutation.Put put) {
                put.body().ifPresent(each);
            }
        }
    }

    private void apply(Tx tx, long throughSeq) {
        ShelfRecord record = shelf.record();
        if (throughSeq <= record.applied().seq()) {
            return;
        }
        Invariant.check(throughSeq <= shelf.logEnd().seq(),
                () -> "cannot apply " + throughSeq + ", the log ends at " + shelf.logEnd());
        long historyBytes = record.historyBytes();
        Position applied = record.applied();
        while (applied.seq() < throughSeq) {
            Update update = shelf.unapplied().getFirst();
            apply(tx, update);
            historyBytes += shelf.applied(tx, update);
            applied = update.position();
            noteDigest(applied);
        }
        shelf.change(tx, record.withApplied(applied).withDigest(index.digest())
                .withHistory(record.logFloorSeq(), historyBytes));
        shelf.trim(tx, settings);
    }

    private void apply(Tx tx, Update update) {
        boolean copying = !shelf.record().exact();
        Set<Bytes> changed = new HashSet<>();
        for (int i = 0; i < update.mutations().size(); i++) {
            Mutation mutation = update.mutations().get(i);
            Optional<IndexRecord> old = find(tx, mutation.key());
            boolean first = changed.add(mutation.key());
            // While a copy runs, a chunk may have brought this update's own work or a later one's.
            long atLeast = first ? update.seq() : update.seq() + 1;
            if (copying && old.isPresent() && old.get().position().seq() >= atLeast) {
                changed.remove(mutation.key());
                skip(tx, mutation);
            } else {
                apply(tx, update.position(), i, mutation, old);
            }
        }
    }

    private void skip(Tx tx, Mutation mutation) {
        if (mutation instanceof Mutation.Put put) {
            put.body().ifPresent(ref -> unname(tx, ref));
        }
    }

    private void apply(
            Tx tx, Position position, int mutationIndex, Mutation mutation,
            Optional<IndexRecord> old) {
        switch (mutation) {
            case Mutation.Put put -> put(tx, put.key(), new IndexRecord.Live(put.at(position)));
            case Mutation.Delete delete -> delete(tx, delete.key(), position);
        }
        old.flatMap(IndexRecord::visible).ifPresent(replaced -> {
            replaced.body().ifPresent(ref -> unname(tx, ref));
            if (replaced.holdsReferences() && mutation.releasesReplaced()) {
                keepGarbage(tx, position, mutationIndex, mutation.key(), replaced);
            }
        });
    }

    private void keepGarbage(
            Tx tx, Position position, int mutationIndex, Bytes key, Version replaced) {
        put(tx, GarbageWire.recordKey(position.seq(), mutationIndex),
                new IndexRecord.Live(new Version(position, Bytes.EMPTY,
                        new GarbageWire(key, replaced.value()).encode(), Optional.empty(), false)));
    }

    /// A delete leaves nothing, but a tombstone while a copy runs: a chunk may bring an older
    /// record.
    private void delete(Tx tx, Bytes key, Position position) {
        if (shelf.record().exact()) {
            index.delete(tx, key);
            return;
        }
        put(tx, key, new IndexRecord.Tombstone(position));
        copy.noteTombstone(tx, key, position);
    }

    private void beginJoin(Tx tx) {
        shelf.unapplied().forEach(update -> forEachBody(update, ref -> unname(tx, ref)));
        shelf.cutLog(tx, shelf.record().applied().seq() + 1);
        shelf.change(tx, shelf.record().withWhole(false));
    }

    private void startCopy(Tx tx, Position base) {
        shelf.unapplied().forEach(update -> forEachBody(update, ref -> unname(tx, ref)));
        shelf.cutLog(tx, shelf.record().logFloorSeq());
        shelf.startLogBehind(base);
        history.clear();
        shelf.change(tx, shelf.record().withExact(false).withApplied(base)
                .withHistory(base.seq() + 1, 0));
    }

    private void endCopy(Tx tx) {
        copy.dropTombstones(tx);
        shelf.change(tx, shelf.record().withExact(true));
        noteDigest(shelf.record().applied());
    }

    Optional<IndexRecord> find(Tx tx, Bytes key) {
        return index.find(tx, key);
    }

    void put(Tx tx, Bytes key, IndexRecord record) {
        index.put(tx, key, record);
    }

    void remove(Tx tx, Bytes key) {
        index.delete(tx, key);
    }

    void name(Tx tx, BodyRef ref) {
        bodies.name(tx, shelf.chain(), shelf.number(), ref);
    }

    void unname(Tx tx, BodyRef ref) {
        bodies.unname(tx, shelf.chain(), shelf.number(), ref.id());
    }

    IndexCursor cursor(Tx tx) {
        return index.cursor(tx);
    }

    Table tombstones() {
        return tables.tombstones;
    }

    long shelfNumber() {
        return shelf.number();
    }
}
