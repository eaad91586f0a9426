package io.catena.protocol.cluster;

import io.catena.protocol.chain.NodeId;

/// Where a voter of the master group is reached: the port of the servers among themselves.
///
/// @param node the first of its server
public record MasterAddress(NodeId node, String host, int port) {}
