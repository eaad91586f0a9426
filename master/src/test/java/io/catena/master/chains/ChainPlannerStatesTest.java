package io.catena.master.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Walks every state that a chain of up to four nodes reaches, each node in each condition, and
/// checks what the chain protocol needs of each step. Epochs and incarnations are renumbered after
/// each step, so that the states are finitely many.
class ChainPlannerStatesTest {
    private static final int NODES = 4;
    private static final int REPLICATION = 3;

    /// How the master sees a node.
    private enum Condition {
        /// Its seat's life has a lease.
        LIVE,
        /// The same, but as a member it serves nothing more in this epoch.
        STOOD_DOWN,
        /// Its seat's life was not heard of by this leader.
        UNKNOWN,
        /// Its lease is over, and nothing came back.
        GONE,
        /// Back in a newer life, on the same disk.
        BACK,
        /// Back in a newer life, with a replica that was being filled.
        BACK_PARTIAL,
        /// Back in a newer life on another disk, the former life's lease over.
        BACK_OTHER_DISK
    }

    /// @param cutOff the joining replica is out of the query tail's reach
    private record State(ChainConfiguration chain, List<Condition> nodes, boolean cutOff) {
        Condition of(Member member) {
            return nodes.get(member.node().server() - 1);
        }

        boolean isLive(Member seat) {
            return of(seat) == Condition.LIVE || of(seat) == Condition.STOOD_DOWN;
        }

        boolean isDead(Member seat) {
            return switch (of(seat)) {
                case LIVE, STOOD_DOWN, UNKNOWN -> false;
                case GONE, BACK, BACK_PARTIAL, BACK_OTHER_DISK -> true;
            };
        }

        boolean isStoodDown(Member seat) {
            return of(seat) == Condition.STOOD_DOWN && chain.isMember(seat);
        }

        ChainView view(boolean whole) {
            List<Member> live = new ArrayList<>();
            List<ChainView.Returned> returned = new ArrayList<>();
            for (int node = 1; node <= NODES; node++) {
                Member now = Member.of(node, 2);
                switch (nodes.get(node - 1)) {
                    case LIVE, STOOD_DOWN -> live.add(Member.of(node, 1));
                    case UNKNOWN, GONE -> { }
                    case BACK -> returned.add(back(live, now, 1, false));
                    case BACK_PARTIAL -> returned.add(back(live, now, 1, true));
                    case BACK_OTHER_DISK -> returned.add(back(live, now, 2, false));
                }
            }
            return new ChainView(live, chain.path().stream().filter(this::isDead).toList(),
                    chain.members().stream().filter(this::isStoodDown).toList(),
                    chain.joining().filter(_ -> cutOff),
                    whole && chain.joining().isPresent()
                            ? List.of(new ChainView.Whole(chain.epoch(), chain.joining().get()))
                            : List.of(),
                    live, returned, REPLICATION);
        }

        private static ChainView.Returned back(
                List<Member> live, Member now, long diskSince, boolean partial) {
            live.add(now);
            return new ChainView.Returned(now, diskSince, partial);
        }

        /// The same chain with every seat in life 1 and epoch 1.
        static ChainConfiguration renumbered(ChainConfiguration chain) {
            return new ChainConfiguration(chain.chain(), new Epoch(1),
                    chain.members().stream().map(m -> Member.of(m.node().server(), 1)).toList(),
                    chain.joining().map(m -> Member.of(m.node().server(), 1)));
        }
    }

    @Test
    void shouldKeepWhatTheChainProtocolNeedsInEveryReachableState() {
        Deque<ChainConfiguration> open = new ArrayDeque<>();
        Set<ChainConfiguration> seen = new HashSet<>();
        ChainConfiguration first = new ChainConfiguration(new ChainId(1), new Epoch(1),
                List.of(Member.of(1, 1), Member.of(2, 1), Member.of(3, 1)), Optional.empty());
        open.add(first);
        seen.add(first);
        int steps = 0;
        while (!open.isEmpty()) {
            ChainConfiguration chain = open.poll();
            for (List<Condition> nodes : conditions()) {
                // Bits: the joining replica is whole, is cut off; of no matter without one.
                for (int flags = 0; flags < (chain.joining().isPresent() ? 4 : 1); flags++) {
                    boolean whole = (flags & 1) != 0;
                    State state = new State(chain, nodes, (flags & 2) != 0);
                    Optional<Change> change = ChainPlanner.next(chain, state.view(whole));
                    change.ifPresent(c -> check(state, whole, c));
                    checkNothingIsLeftUndone(state, whole, change);
                    steps++;
                    change.map(c -> State.renumbered(c.next())).filter(seen::add)
                            .ifPresent(open::add);
                }
            }
        }
        // Every order of 1 to 3 of 4 nodes, those of 1 or 2 also with each other node joining.
        assertThat(seen).hasSize(4 + 12 + 24 + 12 + 24);
        assertThat(steps).isEqualTo((40 + 36 * 4) * 2_401);
    }

    private static List<List<Condition>> conditions() {
        List<List<Condition>> all = List.of(List.of());
        for (int node = 0; node < NODES; node++) {
            List<List<Condition>> longer = new ArrayList<>();
            for (List<Condition> some : all) {
                for (Condition next : Condition.values()) {
                    List<Condition> more = new ArrayList<>(some);
                    more.add(next);
                    longer.add(more);
                }
            }
            all = longer;
        }
        return all;
    }

    private static void check(State state, boolean whole, Change change) {
        ChainConfiguration current = state.chain();
        ChainConfiguration next = change.next();
        assertThat(Change.isLegal(current, next)).as("%s in %s", change, state).isTrue();
        boolean holds = switch (change) {
            // Nobody who may serve is removed, somebody who lives stays.
            case Change.Remove _ -> current.members().stream()
                    .filter(seat -> !next.isMember(seat))
                    .allMatch(seat -> state.isDead(seat) || state.isStoodDown(seat))
                    && next.members().stream().noneMatch(state::isDead)
                    && (next.members().stream().noneMatch(state::isStoodDown)
                            || current.members().stream()
                                    .noneMatch(seat -> state.of(seat) == Condition.LIVE))
                    && next.members().stream().anyMatch(state::isLive);
            case Change.DropJoining _ -> (state.cutOff()
                            || state.isDead(current.joining().orElseThrow()))
                    && next.members().equals(current.members());
            case Change.Promote _ -> whole && state.isLive(next.queryTail());
            case Change.Append _ -> next.members().size() < REPLICATION
                    && state.isLive(current.queryTail());
            // Nobody of the last configuration serves, and the starter holds what it held.
            case Change.Restart _ -> current.members().stream().allMatch(state::isDead)
                    && state.of(next.head()) == Condition.BACK
                    && next.head().incarnation().value() == 2;
        };
        assertThat(holds).as("%s in %s", change, state).isTrue();
    }

    private static void checkNothingIsLeftUndone(
            State state, boolean whole, Optional<Change> change) {
        ChainConfiguration chain = state.chain();
        boolean mayStartAgain = chain.members().stream().allMatch(state::isDead)
                && chain.members().stream().anyMatch(m -> state.of(m) == Condition.BACK);
        boolean mayRemove = chain.members().stream().anyMatch(state::isDead)
                && chain.members().stream().anyMatch(state::isLive)
                || chain.members().stream().anyMatch(state::isStoodDown)
                && chain.members().stream().anyMatch(m -> state.of(m) == Condition.LIVE);
        boolean mayPromote = whole && chain.joining().filter(state::isLive).isPresent()
                && chain.members().stream().noneMatch(state::isDead);
        boolean mayDrop = state.cutOff() && chain.joining().isPresent()
                && chain.members().stream().noneMatch(state::isDead);
        if (mayStartAgain || mayRemove || mayPromote || mayDrop) {
            assertThat(change).as("%s", state).isPresent();
        }
    }
}
