package io.catena.client.chain;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which replica to ask. Pure.
public final class Routes {
    private Routes() {}

    /// Reads go to a replica in the same process first, on any of its disks; when there is none,
    /// apportioned by `turn`, to those in the same zone, or to any; each further attempt to the
    /// next.
    ///
    /// @param sameZone whether a node stands where the asker does
    public static NodeId forRead(ChainConfiguration configuration, Optional<NodeId> near,
            Predicate<NodeId> sameZone, int attempt, int turn) {
        List<Member> members = configuration.members();
        int start = near.map(node -> indexOf(members, node)).filter(at -> at >= 0)
                .orElseGet(() -> apportioned(members, sameZone, turn));
        return members.get((start + attempt) % members.size()).node();
    }

    private static int apportioned(
            List<Member> members, Predicate<NodeId> sameZone, int turn) {
        List<Member> close = members.stream()
                .filter(member -> sameZone.test(member.node())).toList();
        return close.isEmpty() ? Math.floorMod(turn, members.size())
                : members.indexOf(close.get(Math.floorMod(turn, close.size())));
    }

    private static int indexOf(List<Member> members, NodeId near) {
        for (int at = 0; at < members.size(); at++) {
            if (members.get(at).node().sharesServer(near)) {
                return at;
            }
        }
        return -1;
    }

    /// Writes, and the bodies for them, go to the head.
    public static NodeId forWrite(ChainConfiguration configuration) {
        return configuration.head().node();
    }
}
