package io.catena.chain.replica;

import io.catena.protocol.chain.Member;
import io.catena.protocol.message.ChainMessage;
import java.util.Optional;

/// The joining replica's side of being filled.
///
/// What it was told in an earlier life (predecessors' durable, committed) is void, and what its log
/// holds behind the index may have diverged: it is discarded, durably, before the first word to the
/// query tail. What the index holds is not in doubt, only what was committed ever went in.
final class Filling {
    private enum Phase { BEGINNING, READY, COPYING, ENDING, MARKING, WHOLE }

    private final ReplicaState state;
    private Phase phase = Phase.BEGINNING;
    private int beginsAsked;
    private boolean exact;
    private long committedAtTail;
    private long endApplied;

    /// @param exact whether the index is the committed state at one position
    Filling(ReplicaState state, boolean exact) {
        this.state = state;
        this.exact = exact;
    }

    boolean exact() {
        return exact;
    }

    boolean isWhole() {
        return phase == Phase.WHOLE;
    }

    /// Whether updates are taken: from the start of the copy on.
    boolean takesUpdates() {
        return switch (phase) {
            case COPYING, ENDING, MARKING, WHOLE -> true;
            case BEGINNING, READY -> false;
        };
    }

    /// This replica is joining, in a new epoch.
    void begin() {
        phase = Phase.BEGINNING;
        beginsAsked++;
        state.emit(new Effect.BeginJoin());
    }

    /// The log behind the index is gone from the disk; all that was asked of the disk before is
    /// done.
    void begun(Optional<Member> queryTail) {
        if (--beginsAsked == 0) {
            state.outcomes.truncate(state.log.applied().seq());
            state.log.reset(state.log.applied());
            phase = Phase.READY;
            if (state.confirmed) {
                queryTail.ifPresent(this::greeted);
            }
        }
    }

    /// The query tail greets: tell it what is here.
    void greeted(Member queryTail) {
        switch (phase) {
            case BEGINNING -> {
                // Nothing can be said yet; the greeting is repeated.
            }
            case WHOLE -> state.send(queryTail,
                    new ChainMessage.At(state.log.end(), state.log.committed()));
            case READY, COPYING, ENDING, MARKING -> state.send(queryTail,
                    new ChainMessage.JoinAt(state.log.applied(), exact));
        }
    }

    /// The copy starts, or starts over. Who has become whole meanwhile needs none, unless the query
    /// tail no longer has the log from where it ends here.
    void copyStart(ChainMessage.CopyStart start, Member queryTail) {
        boolean enough = phase == Phase.WHOLE && start.base().seq() <= state.log.endSeq();
        if (enough) {
            greeted(queryTail);
        } else if (phase == Phase.READY) {
            started(start);
        } else if (phase != Phase.BEGINNING) {
            // What the log holds may have a gap to the new base.
            begin();
        }
    }

    private void started(ChainMessage.CopyStart start) {
        phase = Phase.COPYING;
        committedAtTail = 0;
        if (start.full()) {
            exact = false;
            state.outcomes.clear();
            state.log.reset(start.base());
            state.emit(new Effect.StartCopy(start.base()));
        }
    }

    void chunk(ChainMessage.CopyChunk chunk) {
        if (phase == Phase.COPYING) {
            state.emit(new Effect.StoreChunk(chunk));
        }
    }

    void outcomes(ChainMessage.CopyOutcomes outcomes) {
        if (phase == Phase.COPYING) {
            outcomes.outcomes().forEach(o -> state.outcomes.add(o.requestId(), o.position()));
            state.emit(new Effect.StoreOutcomes(outcomes));
        }
    }

    void chunkStored(long number, Member queryTail) {
        if (phase == Phase.COPYING) {
            state.send(queryTail, new ChainMessage.CopyStored(number));
        }
    }

    /// What the query tail has committed without this replica.
    void committedThrough(long seq) {
        committedAtTail = Math.max(committedAtTail, seq);
    }

    void copyEnd(ChainMessage.CopyEnd end, Member queryTail) {
        if (phase == Phase.COPYING) {
            phase = Phase.ENDING;
            endApplied = end.applied();
        } else if (phase == Phase.WHOLE) {
            // It was whole before the connection broke, and has caught up since.
            tellWhole(queryTail);
        }
    }

    private void tellWhole(Member queryTail) {
        state.send(queryTail, new ChainMessage.Whole(state.log.durable()));
    }

    /// What this replica may take as committed before it is whole.
    long committed() {
        return takesUpdates()
                ? Math.max(state.log.committed(), Math.min(committedAtTail, state.log.durable()))
                : state.log.committed();
    }

    /// More of the log is durable: the query tail may send on.
    void flushed(Member queryTail) {
        if (takesUpdates()) {
            state.send(queryTail, new ChainMessage.Filled(state.log.durable()));
        }
    }

    /// Called after each step: ends the copy once the index has everything that a chunk had.
    void settle() {
        if (phase == Phase.ENDING && state.log.applied().seq() >= endApplied) {
            phase = Phase.MARKING;
            state.emit(new Effect.EndCopy());
        }
    }

    void copyEnded() {
        if (phase == Phase.MARKING) {
            exact = true;
            state.emit(new Effect.MarkWhole());
        }
    }

    void markedWhole(Member queryTail) {
        if (phase == Phase.MARKING) {
            phase = Phase.WHOLE;
            tellWhole(queryTail);
        }
    }
}
