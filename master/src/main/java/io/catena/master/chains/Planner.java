package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import java.util.Optional;

/// Who decides on a chain's next configuration: [ChainPlanner].
@FunctionalInterface
public interface Planner {
    /// The next step, or empty when the chain is as it should be or must wait.
    Optional<Change> next(ChainConfiguration current, ChainView view);
}
