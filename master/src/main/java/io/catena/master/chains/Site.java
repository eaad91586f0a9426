package io.catena.master.chains;

import io.catena.protocol.chain.NodeId;

/// A node that replicas may stand on.
///
/// @param zone label of its server; empty: none
/// @param weight capacity, in whatever unit all have; 0: not known, then it counts as the mean of
///     the others
/// @param open whether it may take further seats; else it keeps those that it has
public record Site(NodeId node, String zone, long weight, boolean open) {}
