package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import java.util.List;
import java.util.Optional;

/// The next configuration of a chain: a pure function of the present one and of who lives. No other
/// place decides it. The order of the rules is their urgency: first what lets writes go on, then
/// what restores redundancy.
public final class ChainPlanner {
    private ChainPlanner() {}

    /// The next step, or empty when the chain is as it should be or must wait.
    public static Optional<Change> next(ChainConfiguration current, ChainView view) {
        if (view.dead().containsAll(current.members())) {
            return restart(current, view);
        }
        return removeDead(current, view)
                .or(() -> dropDeadJoining(current, view))
                .or(() -> promoteWhole(current, view))
                .or(() -> appendJoining(current, view));
    }

    /// Every member of the last configuration holds every committed update, so any one of them may
    /// go on alone. Its former life is dead, as all others are: nobody can serve beside it. The
    /// lease of a joining replica does not matter, it serves nothing.
    private static Optional<Change> restart(ChainConfiguration current, ChainView view) {
        return current.members().stream()
                .flatMap(seat -> view.returned().stream()
                        .filter(back -> isSeatOf(seat, back) && view.live().contains(back.now())))
                .findFirst()
                .map(back -> new Change.Restart(next(
                        current, List.of(back.now()), Optional.empty())));
    }

    private static boolean isSeatOf(Member seat, ChainView.Returned back) {
        return back.node().equals(seat.node()) && !back.partial()
                && back.now().incarnation().compareTo(seat.incarnation()) > 0
                && back.diskSince() <= seat.incarnation().value();
    }

    /// A joining replica leaves too: it is filled by a query tail that may be among the dead, and
    /// what it was told by dead predecessors is void for it.
    private static Optional<Change> removeDead(ChainConfiguration current, ChainView view) {
        List<Member> alive =
                current.members().stream().filter(m -> !view.dead().contains(m)).toList();
        List<Member> staying =
                alive.stream().filter(m -> !view.stoodDown().contains(m)).toList();
        // Who stood down serves again in the next epoch: better than nobody.
        return remove(current, staying, view).or(() -> remove(current, alive, view));
    }

    private static Optional<Change> remove(
            ChainConfiguration current, List<Member> staying, ChainView view) {
        boolean someoneLives = staying.stream().anyMatch(view.live()::contains);
        return staying.size() < current.members().size() && someoneLives
                ? Optional.of(new Change.Remove(next(current, staying, Optional.empty())))
                : Optional.empty();
    }

    private static Optional<Change> dropDeadJoining(ChainConfiguration current, ChainView view) {
        return current.joining()
                .filter(joining -> view.dead().contains(joining)
                        || view.cutOff().filter(joining::equals).isPresent())
                .map(_ -> new Change.DropJoining(
                        next(current, current.members(), Optional.empty())));
    }

    private static Optional<Change> promoteWhole(ChainConfiguration current, ChainView view) {
        return current.joining()
                .filter(joining -> view.whole().contains(
                        new ChainView.Whole(current.epoch(), joining)))
                .filter(view.live()::contains)
                .map(_ -> new Change.Promote(next(current, current.path(), Optional.empty())));
    }

    private static Optional<Change> appendJoining(ChainConfiguration current, ChainView view) {
        if (current.joining().isPresent() || current.members().size() >= view.replication()
                || !view.live().contains(current.queryTail())) {
            return Optional.empty();
        }
        return view.candidates().stream()
                .filter(view.live()::contains)
                .filter(candidate -> current.members().stream()
                        .noneMatch(seat -> seat.node().sharesServer(candidate.node())))
                .findFirst()
                .map(joining -> new Change.Append(
                        next(current, current.members(), Optional.of(joining))));
    }

    private static ChainConfiguration next(
            ChainConfiguration current, List<Member> members, Optional<Member> joining) {
        return new ChainConfiguration(
                current.chain(), current.epoch().next(), members, joining);
    }
}
