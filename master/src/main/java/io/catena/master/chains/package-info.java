/// Which configuration a chain has next, and which chains a cluster starts with: pure functions.
/// Read first: [ChainPlanner].
package io.catena.master.chains;
