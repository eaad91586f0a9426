package io.catena.master.raft;

import io.catena.protocol.chain.NodeId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks voters which term they are in, for [LeadershipProof]. A voter raises its term, on disk,
/// before it votes: who says to be in a term had not voted in a later one when it was asked. At
/// most one question per voter is on its way; what is to be asked meanwhile is asked once after it.
final class TermQuestions {
    /// Its payload is empty; the answer is the voter's term, eight bytes.
    static final int KIND = FrameRpc.START_LEADER_ELECTION + 1;

    private static final Logger LOG = LoggerFactory.getLogger(TermQuestions.class);

    private enum Asking { ONCE, AGAIN }

    private final Function<NodeId, Future<Buffer>> link;
    private final LeadershipProof proof;
    private final Map<NodeId, Asking> asking = new ConcurrentHashMap<>();

    /// @param link sends a voter the question
    TermQuestions(Function<NodeId, Future<Buffer>> link, LeadershipProof proof) {
        this.link = link;
        this.proof = proof;
    }

    static Future<Buffer> answer(long term) {
        return Future.succeededFuture(Buffer.buffer().appendLong(term));
    }

    /// Asks `voter` whether it is in `term`, if this one leads it; any thread.
    ///
    /// @param leads the term that this voter leads
    void ask(NodeId voter, long term, Supplier<OptionalLong> leads) {
        Asking now = asking.compute(voter, (_, underway) ->
                underway == null ? Asking.ONCE : Asking.AGAIN);
        if (now == Asking.ONCE) {
            send(voter, term, leads);
        }
    }

    private void send(NodeId voter, long term, Supplier<OptionalLong> leads) {
        // Before this voter's own term is read: it is one of the majority, and may vote any time.
        long sentNanos = System.nanoTime();
        if (!leads.get().equals(OptionalLong.of(term))) {
            asking.remove(voter);
            return;
        }
        link.apply(voter).onComplete(done -> {
            note(voter, term, sentNanos, done);
            Asking next = asking.compute(voter, (_, underway) ->
                    underway == Asking.AGAIN && done.succeeded() ? Asking.ONCE : null);
            if (next == Asking.ONCE) {
                send(voter, term, leads);
            }
        });
    }

    private void note(NodeId voter, long term, long sentNanos, AsyncResult<Buffer> done) {
        if (done.failed()) {
            LOG.debug("{} does not say its term: {}", voter, done.cause().getMessage());
        } else if (done.result().length() != Long.BYTES) {
            LOG.error("{} says {} bytes for a term", voter, done.result().length());
        } else if (done.result().getLong(0) == term) {
            proof.onAccepted(voter, term, sentNanos);
        }
    }
}
