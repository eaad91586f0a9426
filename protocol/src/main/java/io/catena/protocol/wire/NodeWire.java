package io.catena.protocol.wire;

import io.catena.protocol.chain.NodeId;

/// Which node of a server a request is for, in front of the request: one connection carries those
/// for all its disks.
///
/// ```
/// request  node i32 · message
/// ```
public final class NodeWire {
    /// Where the message begins.
    public static final int HEAD_BYTES = Integer.BYTES;

    private NodeWire() {}

    /// What stands before the message.
    public static byte[] head(NodeId to) {
        return new WireWriter(HEAD_BYTES).i32(to.number()).toArray();
    }

    /// The node that stands in front of a request.
    ///
    /// @throws WireException when none does
    public static NodeId addressee(byte[] request) {
        return ClusterWire.nodeId(new WireReader(request));
    }
}
