package io.catena.protocol.cluster;

import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.NodeId;

/// A node as the master knows it.
///
/// @param host where the other servers reach its server; the same for all its nodes
/// @param port of the servers among themselves
/// @param incarnation the latest life it registered
/// @param diskIdentity of the disk that it registered with
/// @param diskSince the first incarnation with that disk
/// @param placing what it is there for, and how much it holds
public record NodeRecord(
        NodeId id, String host, int port, Incarnation incarnation, String diskIdentity,
        Incarnation diskSince, NodePlacing placing) {
    public boolean isRemoved() {
        return placing.duty() == NodePlacing.Duty.REMOVED;
    }
}
