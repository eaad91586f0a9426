package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import java.util.List;
import java.util.Optional;

/// Who decides on a chain's next configuration.
interface Planner {
    /// The next configuration, or empty when the chain is as it should be or must wait.
    Optional<ChainConfiguration> next(ChainConfiguration current, View view);

    /// What the master knows at one moment that matters for one chain.
    ///
    /// @param live members with a running lease, all of latest incarnations
    /// @param dead seats of the chain that certainly serve nothing any more
    /// @param joined the query tail's last report about a joining replica
    /// @param candidates nodes that may join, the best first
    /// @param returned seats that members of the chain take in a new life, with all they had on
    ///     disk
    record View(
            List<Member> live, List<Member> dead, Optional<Joined> joined, List<Member> candidates,
            List<Member> returned, int replication) {}

    /// The joining replica holds everything and is counted in this epoch.
    record Joined(Epoch epoch, Member joining) {}
}
