package io.catena.master.duty;

import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Members that gave their lease back. A chain goes on without them at once, but not down to a
/// single member: for a while it keeps the last two, so that it is not one disk alone that may
/// start the chain again when everybody leaves. A chain of one would take no writes either.
final class Departures {
    private static final int MEMBERS_KEPT = 2;

    private final Leases leases;
    private final long keptNanos;
    /// Seen first; forgotten with the seat.
    private final SortedMap<Member, Long> sinceNanos = new TreeMap<>();

    /// @param keptNanos how long the last two are kept
    Departures(Leases leases, long keptNanos) {
        this.leases = leases;
        this.keptNanos = keptNanos;
    }

    void retain(List<Member> seated) {
        sinceNanos.keySet().retainAll(seated);
    }

    /// The dead that the chain goes on without now.
    ///
    /// @param isBack whether a later life of the member's node wants to join: no reason to wait
    List<Member> counted(ChainConfiguration chain, List<Member> dead, Predicate<Member> isBack,
            long nowNanos) {
        dead.stream().filter(leases::isEnded)
                .forEach(member -> sinceNanos.putIfAbsent(member, nowNanos));
        List<Member> alive = chain.members().stream()
                .filter(member -> !dead.contains(member)).toList();
        if (alive.isEmpty() || alive.size() >= MEMBERS_KEPT) {
            return dead;
        }
        List<Member> kept = dead.stream()
                .filter(member -> chain.isMember(member) && !isBack.test(member))
                .filter(member -> isKept(member, nowNanos))
                .limit(MEMBERS_KEPT - alive.size()).toList();
        return dead.stream().filter(member -> !kept.contains(member)).toList();
    }

    private boolean isKept(Member member, long nowNanos) {
        Long since = sinceNanos.get(member);
        return since != null && nowNanos - since < keptNanos;
    }
}
