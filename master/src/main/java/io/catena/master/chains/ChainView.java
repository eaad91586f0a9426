package io.catena.master.chains;

import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.Optional;

/// What the master knows at one moment that matters for one chain. A seat is live, dead, or
/// neither: a fresh leader has not heard of it yet, and cannot know what its predecessor granted.
///
/// @param live members with a running lease of this leader, all of latest incarnations
/// @param dead seats of the chain that certainly serve nothing any more
/// @param stoodDown live members that serve nothing more in the chain's present epoch
/// @param cutOff the joining replica, when it lives but the query tail cannot work with it
/// @param whole joining replicas that the query tail reported whole, with the epoch
/// @param candidates nodes that may join, the best first; those whose server has a seat are passed
///     over
/// @param returned nodes of this chain that are back and may start it again
/// @param replication members that the chain should have
public record ChainView(
        List<Member> live,
        List<Member> dead,
        List<Member> stoodDown,
        Optional<Member> cutOff,
        List<Whole> whole,
        List<Member> candidates,
        List<Returned> returned,
        int replication) {
    public ChainView {
        live = List.copyOf(live);
        dead = List.copyOf(dead);
        stoodDown = List.copyOf(stoodDown);
        whole = List.copyOf(whole);
        candidates = List.copyOf(candidates);
        returned = List.copyOf(returned);
    }

    /// The query tail's word about its joining replica.
    public record Whole(Epoch epoch, Member joining) {}

    /// A node in its present life, with what its disk is good for.
    ///
    /// @param now its latest incarnation, which lives
    /// @param diskSince the first incarnation with its disk: a seat of an older one was on another
    ///     disk
    /// @param partial its replica of this chain was being filled, and holds not everything
    public record Returned(Member now, long diskSince, boolean partial) {
        NodeId node() {
            return now.node();
        }
    }
}
