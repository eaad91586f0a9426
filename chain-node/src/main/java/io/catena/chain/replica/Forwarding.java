package io.catena.chain.replica;

import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.message.ChainMessage;
import java.util.Optional;
import java.util.OptionalLong;

/// A replica's side towards its successor in one epoch: the greeting, the rest of the log that the
/// successor lacks, then every update at once, and how far all before it are durable.
final class Forwarding {
    private final ReplicaState state;
    private final Member successor;
    /// Present when the successor is joining: then the copy decides what it is sent.
    private final Optional<Copy> copy;
    private long greetedNanos;
    private boolean greeted;
    /// The greeting was answered: the successor is in this epoch and has what was sent before.
    private boolean inStep;
    private long durableTold;
    private long progressSeq;
    private long progressNanos;
    /// Since when something is asked of the successor and it said nothing; none: nothing is asked.
    private OptionalLong waitingSinceNanos = OptionalLong.empty();

    Forwarding(ReplicaState state, Member successor, boolean joining) {
        this.state = state;
        this.successor = successor;
        this.copy = joining ? Optional.of(new Copy(state, successor)) : Optional.empty();
        this.progressNanos = state.nowNanos;
    }

    Member successor() {
        return successor;
    }

    Optional<Copy> copy() {
        return copy;
    }

    /// Whether this replica, the query tail, commits by itself: the one behind it is not counted
    /// yet.
    boolean commitsAlone() {
        return copy.isPresent() && !copy.get().counted();
    }

    /// Greets once this replica is confirmed: then every replica before the successor has the
    /// epoch.
    void greet() {
        if (state.confirmed) {
            greeted = true;
            if (waitingSinceNanos.isEmpty()) {
                waitingSinceNanos = OptionalLong.of(state.nowNanos);
            }
            greetedNanos = state.nowNanos;
            state.send(successor, new ChainMessage.Hello());
        }
    }

    /// The connection is new: what was sent may be lost.
    void linkUp() {
        inStep = false;
        copy.ifPresent(Copy::restart);
        greet();
    }

    /// The successor said something: it lives, and hears this replica.
    void heard() {
        waitingSinceNanos = OptionalLong.empty();
    }

    /// Whether the successor has left a greeting without an answer for too long. A lack of progress
    /// is no ground by itself: whoever is behind the successor may be the cause. But it is a ground
    /// to greet again, see [#tick], and that a successor answers whatever is behind it.
    boolean isUnresponsive() {
        return waitingSinceNanos.isPresent() && state.nowNanos - waitingSinceNanos.getAsLong()
                > state.settings.accuseNanos();
    }

    /// The successor answers the greeting as a member, or as a joining replica that is whole.
    void at(ChainMessage.At at) {
        checkPrefix(at.logEnd());
        inStep = true;
        durableTold = 0;
        if (copy.isPresent()) {
            copy.get().wholeAt(at.logEnd());
        } else {
            for (long next = at.logEnd().seq() + 1; next <= state.log.endSeq(); next++) {
                state.send(successor, new ChainMessage.Append(state.log.get(next)));
            }
        }
        progressed(at.logEnd().seq());
    }

    /// The successor answers the greeting as a joining replica that must be filled.
    void joinAt(ChainMessage.JoinAt at) {
        inStep = true;
        durableTold = 0;
        copy.ifPresent(c -> c.joinAt(at));
    }

    private void checkPrefix(Position logEnd) {
        Invariant.check(logEnd.seq() <= state.log.endSeq(),
                () -> "a successor's log is a prefix of "
                + "its predecessor's: " + logEnd + " against " + state.log.end());
        if (logEnd.seq() > state.log.floor()) {
            Position here = state.log.get(logEnd.seq()).position();
            Invariant.check(here.equals(logEnd), () -> "logs diverge: " + here + " / " + logEnd);
        }
    }

    void appended(Update update) {
        if (copy.isPresent()) {
            copy.get().appended(update);
        } else if (inStep) {
            state.send(successor, new ChainMessage.Append(update));
        }
    }

    void acknowledged(long seq) {
        progressed(seq);
        copy.ifPresent(c -> c.acknowledged(seq));
    }

    private void progressed(long seq) {
        if (seq > progressSeq) {
            progressSeq = seq;
            progressNanos = state.nowNanos;
        }
    }

    /// Tells how far this replica and all before it are durable, when that has grown.
    void tellDurable(long seq) {
        if (inStep && seq > durableTold) {
            durableTold = seq;
            state.send(successor, new ChainMessage.DurableThrough(seq));
        }
        copy.ifPresent(Copy::settle);
    }

    /// Repeats a greeting that was not answered, and greets again when nothing moves. A copy under
    /// way is left alone: it takes its time, nothing waits for it, and a greeting would start it
    /// over.
    void tick() {
        long sinceGreeting = state.nowNanos - greetedNanos;
        boolean unanswered = !inStep && sinceGreeting > state.settings.helloRetryNanos();
        boolean stalled = inStep && !commitsAlone() && state.log.uncommitted() > 0
                && state.nowNanos - progressNanos > state.settings.stallNanos()
                && sinceGreeting > state.settings.stallNanos();
        if (!greeted || unanswered || stalled) {
            greet();
        }
    }
}
