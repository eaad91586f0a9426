package io.catena.client.chain;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.Optional;

/// Which replica to ask. Pure.
public final class Routes {
    private Routes() {}

    /// Reads go to a replica in the same process first, on any of its disks, then, apportioned by
    /// `turn`, to any member; each further attempt to the next.
    public static NodeId forRead(
            ChainConfiguration configuration, Optional<NodeId> near, int attempt, int turn) {
        List<Member> members = configuration.members();
        int start = near.map(node -> indexOf(members, node)).filter(at -> at >= 0)
                .orElse(Math.floorMod(turn, members.size()));
        return members.get((start + attempt) % members.size()).node();
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
