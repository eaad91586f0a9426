package io.catena.server;

import io.catena.protocol.chain.NodeId;
import io.catena.transport.FrameConnection;
import java.util.HashMap;
import java.util.Map;

/// Which connection envelopes of a node are taken from. A node that lost its connection sends over
/// a new one from the start of what may be missing; what is still on the way over the former one
/// must not arrive behind that: a late end of a copy would end another copy. So once the newer one
/// has spoken, the older one is not listened to any more.
///
/// Used on the event loop of the server's port only.
final class EnvelopeSources {
    private final Map<FrameConnection, Long> opened = new HashMap<>();
    private final Map<NodeId, Long> newest = new HashMap<>();
    private long connections;

    void opened(FrameConnection connection) {
        opened.put(connection, ++connections);
    }

    void closed(FrameConnection connection) {
        opened.remove(connection);
    }

    /// Whether no connection that was opened later has brought an envelope of `node`.
    boolean isNewest(FrameConnection connection, NodeId node) {
        long age = opened.getOrDefault(connection, 0L);
        if (age < newest.getOrDefault(node, 0L)) {
            return false;
        }
        newest.put(node, age);
        return true;
    }
}
