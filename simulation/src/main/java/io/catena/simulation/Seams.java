package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.master.chains.ChainPlanner;
import io.catena.master.chains.Planner;
import io.catena.master.cluster.Leases;
import io.catena.protocol.message.MasterMessage;
import java.util.List;

/// Where a test reaches between the parts of a simulated cluster, to plant the mistakes that a run
/// must find. What is here is the honest cluster.
interface Seams {
    Seams HONEST = new Seams() {};

    /// What a replica is given when `input` is due.
    default List<Input> inputs(SimReplica replica, Input input) {
        return List.of(input);
    }

    /// What is done when a replica wants `effects`.
    default List<Effect> effects(SimReplica replica, Input input, List<Effect> effects) {
        return effects;
    }

    /// What a starting process finds on its disk.
    default RecoveredReplica recovered(SimReplica replica, RecoveredReplica recovered) {
        return recovered;
    }

    /// The time that a replica is told.
    default long clock(SimReplica replica, Input input, long nowNanos) {
        return nowNanos;
    }

    /// What a starting process registers under; another one each time.
    default long processToken(SimNode node, long token) {
        return token;
    }

    /// Who decides on configurations.
    default Planner planner() {
        return ChainPlanner::next;
    }

    /// How a new leader counts leases.
    default Leases leases(long leaseNanos, long leaderSinceNanos) {
        return new Leases(leaseNanos, leaderSinceNanos);
    }

    /// Until when a leader takes itself for confirmed.
    default long confirmedNanos(long confirmedNanos, long nowNanos) {
        return confirmedNanos;
    }

    /// Whether replicas are told that their disk failed.
    default boolean tellsFailure() {
        return true;
    }

    /// What a node tells the masters.
    default MasterMessage.Report report(SimNode node, MasterMessage.Report report) {
        return report;
    }

    /// What a replica's disk does.
    default SimStore store(Chance chance) {
        return new SimStore(chance);
    }
}
