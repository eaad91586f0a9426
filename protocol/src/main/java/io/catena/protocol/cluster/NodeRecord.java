package io.catena.protocol.cluster;

import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.NodeId;

/// A server as the master knows it.
///
/// @param host where the other servers reach it
/// @param port of the servers among themselves
/// @param incarnation the latest life it registered
/// @param diskIdentity of the disk that it registered with
/// @param diskSince the first incarnation with that disk
public record NodeRecord(
        NodeId id, String host, int port, Incarnation incarnation, String diskIdentity,
        Incarnation diskSince) {}
