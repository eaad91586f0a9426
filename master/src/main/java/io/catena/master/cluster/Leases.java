package io.catena.master.cluster;

import io.catena.protocol.chain.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What one leader has granted in its time. It counts each lease longer than its holder does: from
/// the receipt of the heartbeat, not from its sending, and with a margin for clocks that drift
/// apart. Of what its predecessors granted it knows nothing, so for its first full lease it takes
/// everybody whom it has not heard of for a possible holder.
public final class Leases {
    /// How the lease of a member stands on the master's count.
    public enum Standing {
        /// Granted by this leader, not over.
        LIVE,
        /// Perhaps granted by a former leader, perhaps not over.
        UNKNOWN,
        /// Certainly over: the member serves nothing.
        OVER
    }

    /// Clocks of holder and grantor may drift apart by a tenth.
    static final long DRIFT_DIVISOR = 10;

    private final long grantorNanos;
    private long unknownUntilNanos;
    private final SortedMap<Member, Long> untilNanos = new TreeMap<>();
    private final SortedSet<Member> ended = new TreeSet<>();

    /// @param leaseNanos how long a holder counts its lease, from the sending of its heartbeat
    /// @param leaderSinceNanos when this leader had its leadership confirmed first
    public Leases(long leaseNanos, long leaderSinceNanos) {
        this.grantorNanos = leaseNanos + leaseNanos / DRIFT_DIVISOR;
        this.unknownUntilNanos = leaderSinceNanos + grantorNanos;
    }

    /// Counts a grant for a heartbeat that arrived at `receivedNanos`.
    ///
    /// @return false when the member's lease was ended for good: it must not be granted
    public boolean grant(Member member, long receivedNanos) {
        if (ended.contains(member)) {
            return false;
        }
        untilNanos.merge(member, receivedNanos + grantorNanos, Math::max);
        return true;
    }

    /// The member said, or it is proven, that it serves nothing any more: no waiting.
    public void end(Member member) {
        untilNanos.remove(member);
        ended.add(member);
    }

    public boolean isEnded(Member member) {
        return ended.contains(member);
    }

    public Standing of(Member member, long nowNanos) {
        if (ended.contains(member)) {
            return Standing.OVER;
        }
        Long until = untilNanos.get(member);
        if (until != null && nowNanos <= until) {
            return Standing.LIVE;
        }
        return nowNanos <= unknownUntilNanos ? Standing.UNKNOWN : Standing.OVER;
    }

    /// This leader stood still for a while, and heard nobody: that leases ran out meanwhile says
    /// nothing about their holders. They have a full lease to be heard of again.
    public void hearAgain(long nowNanos) {
        unknownUntilNanos = Math.max(unknownUntilNanos, nowNanos + grantorNanos);
    }

    /// Everybody with a running lease of this leader.
    public List<Member> live(long nowNanos) {
        List<Member> live = new ArrayList<>();
        untilNanos.forEach((member, until) -> {
            if (nowNanos <= until) {
                live.add(member);
            }
        });
        return live;
    }

    /// Whether a former leader's grants may still run.
    public boolean mayUnknownRun(long nowNanos) {
        return nowNanos <= unknownUntilNanos;
    }

    /// Forgets what is over, so that the table holds as many members as live or lived lately.
    public void forgetOver(long nowNanos) {
        untilNanos.values().removeIf(until -> nowNanos > until);
    }
}
