package io.catena.chain.replica;

import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ChainMessage;
import java.util.List;

/// What a disk holds of a chain when it is opened.
///
/// @param applied the index is the chain's committed state at this position
/// @param exact false when a copy into the index broke off
/// @param whole false when the replica was joining: it must not start the chain again
/// @param logFloorSeq the lowest seq whose update the log still has; applied.seq + 1 when it has
///     none
/// @param log the updates behind `applied`, in order, all durable
/// @param outcomes outcomes of recent requests, oldest first, of applied updates
public record RecoveredReplica(
        Position applied,
        boolean exact,
        boolean whole,
        long logFloorSeq,
        List<Update> log,
        List<ChainMessage.Outcome> outcomes) {
    /// A disk that never held the chain.
    public static RecoveredReplica empty() {
        return new RecoveredReplica(Position.NONE, true, true, 1, List.of(), List.of());
    }

    public RecoveredReplica {
        log = List.copyOf(log);
        outcomes = List.copyOf(outcomes);
    }
}
