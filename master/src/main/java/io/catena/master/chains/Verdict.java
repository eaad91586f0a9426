package io.catena.master.chains;

import io.catena.master.chains.Evidence.Quarrel;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Without whom a chain should go on although the master hears of it: a pure function of the
/// evidence. It only says who should; that a member then leaves safely is the matter of standing
/// down (docs/decisions/0105).
public final class Verdict {
    /// So many others make a server the suspect rather than one of a pair.
    private static final int COUNTERPARTS = 2;

    private Verdict() {}

    /// A member, or the joining replica, or nobody. Members only go while everybody else in the
    /// chain is known to live: else the quarrel may be the echo of a failure that ends by itself
    /// with a lease.
    ///
    /// @param live members with a running lease
    /// @param leaving servers that other chains went on without for such a reason lately, by their
    ///     first nodes: rather these again than yet another
    /// @param pairCutNanos how long a quarrel between two stands before one of them goes
    public static Optional<Member> against(
            ChainConfiguration current, Evidence evidence, List<Member> live,
            List<NodeId> leaving, long pairCutNanos) {
        List<Quarrel> here = evidence.in(current.chain());
        Optional<Member> joining = current.joining().filter(joiner ->
                here.stream().anyMatch(quarrel -> quarrel.isOf(joiner)
                        && (quarrel.standsNanos() >= pairCutNanos || quarrel.isSettled()
                                && isSuspect(evidence, joiner.node()))));
        if (joining.isPresent()) {
            return joining;
        }
        List<Quarrel> amongMembers = here.stream()
                .filter(quarrel -> quarrel.sides().allMatch(current::isMember)).toList();
        if (current.members().size() < 2 || !live.containsAll(current.members())) {
            return Optional.empty();
        }
        return suspect(amongMembers, evidence, leaving)
                .or(() -> ofPair(current, amongMembers, evidence, leaving, pairCutNanos));
    }

    private static boolean isSuspect(Evidence evidence, NodeId node) {
        return evidence.counterparts(node) >= COUNTERPARTS;
    }

    /// The same server in every chain, whatever its place there: so the order does not look at it.
    private static Optional<Member> suspect(
            List<Quarrel> here, Evidence evidence, List<NodeId> leaving) {
        return here.stream().filter(Quarrel::isSettled).flatMap(Quarrel::sides)
                .filter(member -> isSuspect(evidence, member.node()))
                .max(Comparator.comparing((Member member) ->
                                leaving.contains(member.node().first()))
                        .thenComparing(member -> evidence.counterparts(member.node()))
                        .thenComparing(member -> evidence.accusers(member.node()))
                        .thenComparing(Member::node));
    }

    /// Only the link is known to be cut: without either of the two the chain does not need it. The
    /// one nearer to the tail goes, so that the head stays, unless the other is leaving already.
    private static Optional<Member> ofPair(
            ChainConfiguration current, List<Quarrel> here, Evidence evidence,
            List<NodeId> leaving, long pairCutNanos) {
        return here.stream()
                .filter(quarrel -> quarrel.standsNanos() >= pairCutNanos)
                .filter(evidence::isPairOnly)
                .flatMap(Quarrel::sides)
                .max(Comparator.comparing((Member member) ->
                                leaving.contains(member.node().first()))
                        .thenComparing(member -> current.members().indexOf(member)));
    }
}
