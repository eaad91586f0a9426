package io.catena.simulation;

import io.catena.master.chains.ChainView;
import io.catena.master.chains.Change;
import io.catena.protocol.chain.ChainConfiguration;
import java.util.Optional;

/// Who decides on a chain's next configuration: [io.catena.master.chains.ChainPlanner], unless a
/// test plants a mistake.
interface Planner {
    /// The next step, or empty when the chain is as it should be or must wait.
    Optional<Change> next(ChainConfiguration current, ChainView view);
}
