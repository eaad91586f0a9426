package io.catena.simulation;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/// What a chain has committed, by position: the union of what its replicas ever took for committed,
/// which must be one sequence.
final class Truth {
    private record Change(long seq, Optional<Version> version) {}

    private final ChainId chain;
    private final List<Update> updates = new ArrayList<>();
    private final TreeMap<Bytes, List<Change>> changes = new TreeMap<>();
    private final TreeMap<RequestId, Long> requests = new TreeMap<>();
    private long servedSeq;

    Truth(ChainId chain) {
        this.chain = chain;
    }

    /// How far any replica has committed.
    long committedSeq() {
        return updates.size();
    }

    /// How far any replica has committed that answers clients.
    long servedSeq() {
        return servedSeq;
    }

    void served(long seq) {
        servedSeq = Math.max(servedSeq, seq);
    }

    /// A replica has committed this.
    void commit(Update update, Object by) {
        if (update.seq() <= updates.size()) {
            Update there = updates.get((int) update.seq() - 1);
            if (!there.equals(update)) {
                throw new Violation("committed history forks: %s has %s, committed is %s"
                        .formatted(by, update, there));
            }
            return;
        }
        if (update.seq() != updates.size() + 1) {
            throw new Violation("%s committed %s, nobody has seen what lies behind %d"
                    .formatted(by, update.position(), updates.size()));
        }
        Long first = requests.putIfAbsent(update.requestId(), update.seq());
        if (first != null) {
            throw new Violation("%s: a request was applied twice, at %d and %s"
                    .formatted(chain, first, update.position()));
        }
        updates.add(update);
        for (Mutation mutation : update.mutations()) {
            changes.computeIfAbsent(mutation.key(), _ -> new ArrayList<>())
                    .add(new Change(update.seq(), after(update, mutation)));
        }
    }

    private static Optional<Version> after(Update update, Mutation mutation) {
        return switch (mutation) {
            case Mutation.Put put -> Optional.of(put.at(update.position()));
            case Mutation.Delete _ -> Optional.empty();
        };
    }

    Update at(long seq) {
        return updates.get((int) seq - 1);
    }

    /// What the key held when everything through `seq` was committed.
    Optional<Version> version(Bytes key, long seq) {
        List<Change> of = changes.getOrDefault(key, List.of());
        for (int i = of.size() - 1; i >= 0; i--) {
            if (of.get(i).seq() <= seq) {
                return of.get(i).version();
            }
        }
        return Optional.empty();
    }

    /// Everything that the chain held at `seq`.
    TreeMap<Bytes, Version> state(long seq) {
        TreeMap<Bytes, Version> state = new TreeMap<>();
        changes.keySet().forEach(key -> version(key, seq).ifPresent(v -> state.put(key, v)));
        return state;
    }

    /// What the records of some scopes came to at `seq`.
    Usage usage(Scopes scopes, long seq) {
        return changes.keySet().stream().map(key -> scopes.of(version(key, seq)))
                .reduce(Usage.NONE, Usage::plus);
    }

    /// What the records of all scopes came to, where that is something.
    TreeMap<Long, Usage> usage(long seq) {
        TreeMap<Long, Usage> usage = new TreeMap<>();
        state(seq).values().forEach(version -> version.charge().ifPresent(charge ->
                usage.merge(charge.scope(), charge.usage(), Usage::plus)));
        return usage;
    }

    /// Whether `holds` at any position of the window.
    static boolean within(long fromSeq, long throughSeq, LongPredicate holds) {
        for (long seq = fromSeq; seq <= throughSeq; seq++) {
            if (holds.test(seq)) {
                return true;
            }
        }
        return false;
    }
}
