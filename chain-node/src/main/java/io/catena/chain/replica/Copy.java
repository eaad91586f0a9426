package io.catena.chain.replica;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ChainMessage;
import java.util.List;

/// The query tail's side of filling a joining replica.
///
/// A replica that was away briefly gets the part of the log that it lacks. Any other gets the whole
/// index in key order, chunk by chunk, each read at its own moment, beside the live updates behind
/// `base`; since every record carries its position, the newer one wins, and what comes out is the
/// state at the end of the log.
///
/// Until the joining replica says that it is whole, the query tail commits without it: a copy of
/// any length does not stall writes. From then on the query tail commits only what the joining
/// replica acknowledges, and that is what it may be promoted on (docs/decisions/0002).
final class Copy {
    /// Outcomes in one message.
    private static final int OUTCOMES_PER_MESSAGE = 2_048;
    /// How close to the end of the log the joining replica must be to be asked whether it is whole.
    private static final int CLOSE_UPDATES = 128;

    private enum Phase { GREETING, FILLING, ENDING, COUNTED }

    private final ReplicaState state;
    private final Member joining;
    private Phase phase = Phase.GREETING;

    private Position base = Position.NONE;
    private long sentSeq;
    private long storedSeq;
    private boolean readingLog;
    /// The log no longer has this update, nor any before it.
    private long logGoneSeq;
    private boolean chunksDone;
    private long chunkNumber;
    private Bytes chunkThrough = Bytes.EMPTY;
    private boolean lastChunk;
    private long chunksApplied;
    private long outcomesSeq;
    private long toldCommitted;
    private long countedFrom;
    private boolean reported;

    Copy(ReplicaState state, Member joining) {
        this.state = state;
        this.joining = joining;
    }

    /// Whether commits wait for the joining replica.
    boolean counted() {
        return phase == Phase.COUNTED;
    }

    /// The connection is new: what was under way may be lost, start over.
    void restart() {
        if (!counted()) {
            phase = Phase.GREETING;
            readingLog = false;
        }
    }

    /// The joining replica tells what it has.
    void joinAt(ChainMessage.JoinAt at) {
        if (counted()) {
            return;
        }
        boolean logMayDo = at.exact() && at.applied().seq() <= state.log.applied().seq()
                && at.applied().seq() >= logGoneSeq;
        start(logMayDo ? at.applied() : state.log.applied(), !logMayDo);
    }

    private void start(Position from, boolean full) {
        phase = Phase.FILLING;
        base = from;
        sentSeq = from.seq();
        storedSeq = from.seq();
        readingLog = false;
        chunksDone = !full;
        lastChunk = false;
        chunkThrough = Bytes.EMPTY;
        chunksApplied = from.seq();
        outcomesSeq = 0;
        toldCommitted = 0;
        state.send(joining, new ChainMessage.CopyStart(base, full));
        if (full) {
            nextChunk();
        }
        pump();
    }

    private void nextChunk() {
        chunkNumber++;
        var outcomes = state.outcomes.after(outcomesSeq, base.seq(), OUTCOMES_PER_MESSAGE);
        if (!outcomes.isEmpty()) {
            outcomesSeq = outcomes.getLast().position().seq();
            state.send(joining, new ChainMessage.CopyOutcomes(chunkNumber, outcomes.stream()
                    .map(o -> new ChainMessage.Outcome(o.requestId(), o.position())).toList()));
        } else {
            state.emit(new Effect.ReadChunk(chunkNumber, chunkThrough));
        }
    }

    void chunkRead(ChainMessage.CopyChunk chunk) {
        if (phase != Phase.FILLING || chunk.number() != chunkNumber || chunksDone) {
            return;
        }
        chunkThrough = chunk.through();
        lastChunk = chunk.last();
        chunksApplied = Math.max(chunksApplied, chunk.applied());
        state.send(joining, chunk);
    }

    void stored(ChainMessage.CopyStored stored) {
        if (phase != Phase.FILLING || stored.number() != chunkNumber || chunksDone) {
            return;
        }
        if (lastChunk) {
            chunksDone = true;
            pump();
        } else {
            nextChunk();
        }
    }

    /// The joining replica's log is durable through here.
    void progressed(long seq) {
        storedSeq = Math.max(storedSeq, seq);
        pump();
    }

    /// A live update was appended to this replica's log.
    void appended(Update update) {
        if (counted()) {
            state.send(joining, new ChainMessage.Append(update));
        } else {
            pump();
        }
    }

    /// Sends what the window lets through, and ends the copy when nothing is left.
    private void pump() {
        if (phase != Phase.FILLING && phase != Phase.ENDING) {
            return;
        }
        while (!readingLog && sentSeq < state.log.endSeq()
                && sentSeq - storedSeq < state.settings.copyWindowUpdates()) {
            if (sentSeq >= state.log.floor()) {
                send(state.log.get(sentSeq + 1));
            } else {
                readingLog = true;
                state.emit(new Effect.ReadLog(sentSeq + 1));
            }
        }
        if (phase == Phase.FILLING && chunksDone && isClose(storedSeq)) {
            phase = Phase.ENDING;
            state.send(joining, new ChainMessage.CopyEnd(chunksApplied));
        }
    }

    /// Whether memory holds all that was not sent yet, and little is not stored: only then can
    /// commits wait for the joining replica without standing still.
    private boolean isClose(long stored) {
        return sentSeq >= state.log.floor() && state.log.endSeq() - stored <= CLOSE_UPDATES;
    }

    private void send(Update update) {
        sentSeq = update.seq();
        state.send(joining, new ChainMessage.Append(update));
    }

    void logRead(Input.LogRead read) {
        if (!readingLog || read.fromSeq() != sentSeq + 1) {
            return;
        }
        readingLog = false;
        List<Update> updates = read.updates();
        if (updates.isEmpty()) {
            // The log no longer reaches back to what the joining replica lacks.
            logGoneSeq = read.fromSeq();
            start(state.log.applied(), true);
            return;
        }
        updates.stream().takeWhile(update -> update.seq() <= state.log.endSeq()).forEach(
                this::send);
        pump();
    }

    /// The joining replica holds everything through `seq`, durably. From here on commits wait for
    /// it, unless it has fallen behind meanwhile: then it catches up first.
    void whole(long seq) {
        if (phase != Phase.ENDING) {
            return;
        }
        storedSeq = Math.max(storedSeq, seq);
        if (!isClose(seq)) {
            phase = Phase.FILLING;
            pump();
            return;
        }
        phase = Phase.COUNTED;
        countedFrom = state.log.committed();
        acknowledged(0);
        sendFrom(Math.max(sentSeq, seq));
    }

    /// After a new connection, the joining replica tells that it is whole and where its log ends.
    /// What it lacks comes from memory when it is counted; when memory no longer has that, it is
    /// not counted any more and catches up first: nothing was reported, so nobody relies on it.
    void wholeAt(Position logEnd) {
        if (counted() && (reported || logEnd.seq() >= state.log.floor())) {
            sendFrom(logEnd.seq());
        } else {
            phase = Phase.FILLING;
            chunksDone = true;
            readingLog = false;
            sentSeq = logEnd.seq();
            storedSeq = logEnd.seq();
            pump();
        }
    }

    private void sendFrom(long seq) {
        for (long next = seq + 1; next <= state.log.endSeq(); next++) {
            send(state.log.get(next));
        }
    }

    /// Called after each step: tells what is committed, and reports when the joining replica has
    /// acknowledged all that was committed without it.
    void settle() {
        if (!counted() && phase != Phase.GREETING && toldCommitted < state.log.committed()) {
            toldCommitted = state.log.committed();
            state.send(joining, new ChainMessage.CommittedThrough(toldCommitted));
        }
    }

    /// The joining replica acknowledged through `seq`.
    void acknowledged(long seq) {
        if (counted() && seq >= countedFrom && !reported) {
            reported = true;
            state.emit(new Effect.ReportJoined(state.epoch(), joining));
        }
    }
}
