package io.catena.master.raft;

import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Until when this voter was certainly the leader. A follower that accepts an append request of a
/// term, or answers [TermQuestions] with that term, has not voted in a later one at some moment
/// after it was asked; when this holds for a majority, no leader of a later term was elected before
/// that moment.
///
/// Ratis' linearizable reads do not prove this: in 3.3.0 `ReadIndexHeartbeats` skips the round of
/// heartbeats when the commit index was acknowledged once before, so that a leader that is cut off,
/// in a quiet cluster, confirms itself.
final class LeadershipProof {
    private record Ack(long term, long sentNanos) {}

    private final Map<NodeId, Ack> latest = new ConcurrentHashMap<>();
    private final Runnable onProof;

    /// @param onProof called when there may be a later proof, on any thread; must return at once
    LeadershipProof(Runnable onProof) {
        this.onProof = onProof;
    }

    /// `follower` still was in `term` when a request reached it that was sent at `sentNanos`, when
    /// this voter led that term.
    void onAccepted(NodeId follower, long term, long sentNanos) {
        latest.merge(follower, new Ack(term, sentNanos), (known, fresh) ->
                known.term() > fresh.term()
                        || known.term() == fresh.term() && known.sentNanos() - fresh.sentNanos() > 0
                                ? known : fresh);
        onProof.run();
    }

    /// The follower that was heard of last in `term`.
    Optional<NodeId> latestHeard(long term) {
        return latest.entrySet().stream().filter(entry -> entry.getValue().term() == term)
                .max((a, b) -> Long.signum(a.getValue().sentNanos() - b.getValue().sentNanos()))
                .map(Map.Entry::getKey);
    }

    /// The latest moment at which the leader of `term` was confirmed by a majority, itself
    /// included.
    ///
    /// @param followers the other voters
    /// @param agoNanos how long before `nowNanos` a moment is said to be when there was none
    long confirmedNanos(long term, List<NodeId> followers, long nowNanos, long agoNanos) {
        int needed = (followers.size() + 1) / 2;
        if (needed == 0) {
            return nowNanos;
        }
        List<Long> agesNanos = new ArrayList<>();
        for (NodeId follower : followers) {
            Ack ack = latest.get(follower);
            if (ack != null && ack.term() == term) {
                agesNanos.add(nowNanos - ack.sentNanos());
            }
        }
        agesNanos.sort(Comparator.naturalOrder());
        return nowNanos - (agesNanos.size() < needed ? agoNanos : agesNanos.get(needed - 1));
    }
}
