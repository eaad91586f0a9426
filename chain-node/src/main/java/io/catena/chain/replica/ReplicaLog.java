package io.catena.chain.replica;

import io.catena.head.Newest;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import io.catena.protocol.invariant.Invariant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The part of the log that memory holds: everything that is not applied to the index, and a little
/// of what is. How its numbers relate, always:
///
/// ```
/// floor <= applied <= applyAsked <= committed <= durable <= end
/// ```
///
/// Entries with floor < seq <= end are in memory. A key's version is dirty while an update of it
/// lies behind `committed`.
final class ReplicaLog {
    private record Change(Position position, Mutation mutation) {
        long seq() {
            return position.seq();
        }
    }

    private final int retainedUpdates;
    private final UpdateRing entries = new UpdateRing();
    private final TreeMap<Bytes, ArrayDeque<Change>> changes = new TreeMap<>();
    private long floor;
    private Position applied;
    private long applyAsked;
    private long committed;
    private long durable;
    private Position end;
    private long uncommittedBytes;

    ReplicaLog(Position applied, int retainedUpdates) {
        this.retainedUpdates = retainedUpdates;
        reset(applied);
    }

    /// Empties the log: the index stands at `base`, nothing is known behind it.
    void reset(Position base) {
        entries.clear();
        changes.clear();
        floor = base.seq();
        applied = base;
        applyAsked = base.seq();
        committed = base.seq();
        durable = base.seq();
        end = base;
        uncommittedBytes = 0;
    }

    Position end() {
        return end;
    }

    Position applied() {
        return applied;
    }

    long endSeq() {
        return end.seq();
    }

    long durable() {
        return durable;
    }

    long committed() {
        return committed;
    }

    /// Updates that are not committed.
    long uncommitted() {
        return end.seq() - committed;
    }

    long uncommittedBytes() {
        return uncommittedBytes;
    }

    /// Memory holds every update behind this.
    long floor() {
        return floor;
    }

    void append(Update update) {
        Invariant.check(update.seq() == end.seq() + 1,
                () -> "positions have no gaps: " + update.position() + " behind " + end);
        Invariant.check(update.position().epoch().compareTo(end.epoch()) >= 0,
                () -> "epochs grow along the log: " + update.position() + " behind " + end);
        entries.addLast(update);
        end = update.position();
        uncommittedBytes += update.weightBytes();
        for (Mutation mutation : update.mutations()) {
            changes.computeIfAbsent(mutation.key(), _ -> new ArrayDeque<>(2))
                    .addLast(new Change(update.position(), mutation));
        }
    }

    /// The update of this seq; memory holds it.
    Update get(long seq) {
        Invariant.check(seq > floor && seq <= end.seq(),
                () -> "seq " + seq + " is not in memory (" + floor + ", " + end + "]");
        return entries.get((int) (seq - floor - 1));
    }

    void flushed(long seq) {
        Invariant.check(seq <= end.seq(), () -> "flushed " + seq + " beyond the end " + end);
        durable = Math.max(durable, seq);
    }

    /// Raises the committed position; never lowers it.
    void commit(long seq) {
        Invariant.check(seq <= durable,
                () -> "committed " + seq + " beyond durable " + durable + " of " + end);
        while (committed < seq) {
            committed++;
            uncommittedBytes -= get(committed).weightBytes();
        }
    }

    /// What can be asked to be applied now: the committed position, when it is beyond what was
    /// asked.
    boolean takeApplicable() {
        if (committed == applyAsked) {
            return false;
        }
        applyAsked = committed;
        return true;
    }

    void applied(long seq) {
        Invariant.check(seq <= committed && seq >= applied.seq(),
                () -> "applied " + seq + " with " + committed + " committed, was " + applied);
        if (seq > floor) {
            applied = get(seq).position();
        }
        while (floor < applied.seq() - retainedUpdates) {
            drop(entries.removeFirst());
            floor++;
        }
    }

    private void drop(Update update) {
        for (Mutation mutation : update.mutations()) {
            ArrayDeque<Change> of = changes.get(mutation.key());
            of.removeFirst();
            if (of.isEmpty()) {
                changes.remove(mutation.key());
            }
        }
    }

    /// Whether an update of the key lies behind the committed position.
    boolean isDirty(Bytes key) {
        ArrayDeque<Change> of = changes.get(key);
        return of != null && of.getLast().seq() > committed;
    }

    /// The newest state of the key that memory holds; empty: as the index has it.
    Optional<Newest> newest(Bytes key) {
        ArrayDeque<Change> of = changes.get(key);
        return of == null ? Optional.empty()
                : Optional.of(Newest.after(of.getLast().mutation(), of.getLast().position()));
    }

    /// The key's state at `seq`, if memory holds its change; empty: as the index has it.
    Optional<Effect.Overlay> at(Bytes key, long seq) {
        ArrayDeque<Change> of = changes.get(key);
        return of == null ? Optional.empty() : at(of, seq);
    }

    private static Optional<Effect.Overlay> at(ArrayDeque<Change> of, long seq) {
        var newestFirst = of.descendingIterator();
        while (newestFirst.hasNext()) {
            Change change = newestFirst.next();
            if (change.seq() <= seq) {
                return Optional.of(overlay(change));
            }
        }
        return Optional.empty();
    }

    private static Effect.Overlay overlay(Change change) {
        return new Effect.Overlay(change.position(), switch (change.mutation()) {
            case Mutation.Put put -> Optional.of(put.at(change.position()));
            case Mutation.Delete _ -> Optional.empty();
        });
    }

    /// What lies over the index for keys with `prefix` at `seq`.
    SortedMap<Bytes, Effect.Overlay> overlay(Bytes prefix, long seq) {
        SortedMap<Bytes, Effect.Overlay> overlay = new TreeMap<>();
        for (var entry : changes.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            at(entry.getValue(), seq).ifPresent(o -> overlay.put(entry.getKey(), o));
        }
        return overlay;
    }

    /// What lies over the index, for all keys, at `seq`.
    SortedMap<Bytes, Effect.Overlay> overlay(long seq) {
        SortedMap<Bytes, Effect.Overlay> overlay = new TreeMap<>();
        for (long unapplied = applied.seq() + 1; unapplied <= seq; unapplied++) {
            for (Mutation mutation : get(unapplied).mutations()) {
                overlay.computeIfAbsent(mutation.key(), key -> at(key, seq).orElseThrow());
            }
        }
        return overlay;
    }

    void invariants() {
        Invariant.check(floor <= applied.seq() && applied.seq() <= applyAsked
                        && applyAsked <= committed && committed <= durable && durable <= end.seq(),
                this::toString);
    }

    @Override
    public String toString() {
        return "log floor=%d applied=%s asked=%d committed=%d durable=%d end=%s"
                .formatted(floor, applied, applyAsked, committed, durable, end);
    }
}
