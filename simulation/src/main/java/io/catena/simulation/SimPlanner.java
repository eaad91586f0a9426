package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import java.util.List;
import java.util.Optional;

/// The rules of docs/protocol.md, "Reconfiguration", in the order of their urgency.
final class SimPlanner implements Planner {
    @Override
    public Optional<ChainConfiguration> next(ChainConfiguration current, View view) {
        if (view.dead().containsAll(current.members())) {
            return restart(current, view);
        }
        return remove(current, view)
                .or(() -> promote(current, view))
                .or(() -> append(current, view));
    }

    /// All members are gone: one of them, in its next life, goes on alone.
    private static Optional<ChainConfiguration> restart(ChainConfiguration current, View view) {
        return view.returned().stream().filter(view.live()::contains).findFirst()
                .map(back -> successor(current, List.of(back), Optional.empty()));
    }

    /// Dead members leave, and a joining replica on any failure: it starts again.
    private static Optional<ChainConfiguration> remove(ChainConfiguration current, View view) {
        List<Member> staying =
                current.members().stream().filter(m -> !view.dead().contains(m)).toList();
        boolean joiningDead = current.joining().filter(view.dead()::contains).isPresent();
        boolean someoneLives = staying.stream().anyMatch(view.live()::contains);
        return someoneLives && (joiningDead || staying.size() < current.members().size())
                ? Optional.of(successor(current, staying, Optional.empty()))
                : Optional.empty();
    }

    private static Optional<ChainConfiguration> promote(ChainConfiguration current, View view) {
        return current.joining().filter(view.live()::contains)
                .filter(joining -> view.joined().equals(
                        Optional.of(new Joined(current.epoch(), joining))))
                .map(_ -> successor(current, current.path(), Optional.empty()));
    }

    private static Optional<ChainConfiguration> append(ChainConfiguration current, View view) {
        if (current.joining().isPresent() || current.members().size() >= view.replication()
                || !view.live().contains(current.queryTail())) {
            return Optional.empty();
        }
        return view.candidates().stream().filter(view.live()::contains)
                .filter(candidate -> current.members().stream()
                        .noneMatch(seat -> seat.node().equals(candidate.node())))
                .findFirst()
                .map(joining -> successor(current, current.members(), Optional.of(joining)));
    }

    private static ChainConfiguration successor(
            ChainConfiguration current, List<Member> members, Optional<Member> joining) {
        return new ChainConfiguration(
                current.chain(), current.epoch().next(), members, joining);
    }
}
