package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;

/// One step from a chain configuration to the next; the only kinds there are. The chain protocol
/// rests on it: predecessors of a replica only ever get fewer.
public sealed interface Change {
    ChainConfiguration next();

    /// Dead members leave, and those that stood down; a joining replica leaves with them, and comes
    /// back later.
    record Remove(ChainConfiguration next) implements Change {}

    /// The joining replica leaves.
    record DropJoining(ChainConfiguration next) implements Change {}

    /// The joining replica, which is whole, becomes the last member.
    record Promote(ChainConfiguration next) implements Change {}

    /// A replica begins to join.
    record Append(ChainConfiguration next) implements Change {}

    /// All members were gone; one of them, in a new life, starts the chain again with what it
    /// holds.
    record Restart(ChainConfiguration next) implements Change {}

    /// Whether `next` can follow `current` by one of these kinds, whoever may be dead or alive.
    static boolean isLegal(ChainConfiguration current, ChainConfiguration next) {
        return next.chain().equals(current.chain())
                && next.epoch().equals(current.epoch().next())
                && (isRemoval(current, next) || isDrop(current, next) || isPromotion(current, next)
                        || isAppend(current, next) || isRestart(current, next));
    }

    private static boolean isRemoval(ChainConfiguration current, ChainConfiguration next) {
        List<Member> kept =
                current.members().stream().filter(next.members()::contains).toList();
        return next.joining().isEmpty() && next.members().size() < current.members().size()
                && kept.equals(next.members());
    }

    private static boolean isDrop(ChainConfiguration current, ChainConfiguration next) {
        return current.joining().isPresent() && next.joining().isEmpty()
                && next.members().equals(current.members());
    }

    private static boolean isPromotion(ChainConfiguration current, ChainConfiguration next) {
        return current.joining().isPresent() && next.joining().isEmpty()
                && next.members().equals(current.path());
    }

    private static boolean isAppend(ChainConfiguration current, ChainConfiguration next) {
        return current.joining().isEmpty() && next.joining().isPresent()
                && next.members().equals(current.members());
    }

    private static boolean isRestart(ChainConfiguration current, ChainConfiguration next) {
        Member starter = next.head();
        NodeId node = starter.node();
        return next.joining().isEmpty() && next.members().size() == 1
                && current.members().stream().anyMatch(seat -> seat.node().equals(node)
                        && seat.incarnation().compareTo(starter.incarnation()) < 0);
    }
}
