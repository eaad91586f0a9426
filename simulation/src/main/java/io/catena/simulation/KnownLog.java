package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The log of a replica as its effects show it, kept to check what it takes for committed.
final class KnownLog {
    private final TreeMap<Long, Update> updates = new TreeMap<>();
    /// What the checks have seen committed at this replica.
    long checkedSeq;

    KnownLog(RecoveredReplica recovered) {
        recovered.log().forEach(update -> updates.put(update.seq(), update));
    }

    void stepped(List<Effect> effects, long endSeq) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.StartCopy(Position _)) {
                updates.clear();
            } else if (effect instanceof Effect.Append(Update update)) {
                updates.put(update.seq(), update);
            }
        }
        while (!updates.isEmpty() && updates.lastKey() > endSeq) {
            updates.pollLastEntry();
        }
    }

    /// The update at `seq`; empty when it lies in the index that the replica was given.
    Optional<Update> at(long seq) {
        return Optional.ofNullable(updates.get(seq));
    }

    void forget(long throughSeq) {
        while (!updates.isEmpty() && updates.firstKey() <= throughSeq) {
            updates.pollFirstEntry();
        }
    }
}
