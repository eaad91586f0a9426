package io.catena.server;

import io.catena.chain.link.tcp.NodeFrames;
import io.catena.client.chain.NodePort;
import io.catena.client.chain.RemoteNode;
import io.catena.client.chain.Topology;
import io.catena.client.master.ClusterView;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.transport.FrameClient;
import io.catena.transport.KeptConnection;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// The cluster as this server's gateway reaches it: the nodes in this process directly, every other
/// over the connection to its server, which is kept up.
final class ClusterTopology implements Topology {
    private final Vertx vertx;
    private final FrameClient client;
    private final NodeId self;
    private final LocalNodes local;
    private final ServerSessions sessions;
    /// By the first node of each server.
    private final ConcurrentSkipListMap<NodeId, KeptConnection> remotes =
            new ConcurrentSkipListMap<>();

    /// @param self a node of this server
    ClusterTopology(Vertx vertx, FrameClient client, NodeId self, LocalNodes local,
            ServerSessions sessions) {
        this.vertx = vertx;
        this.client = client;
        this.self = self;
        this.local = local;
        this.sessions = sessions;
    }

    @Override
    public Optional<ChainConfiguration> configuration(ChainId chain) {
        return sessions.view().chain(chain);
    }

    @Override
    public List<ChainConfiguration> configurations() {
        return List.copyOf(sessions.view().chains().values());
    }

    /// Connects to the nodes of a new view, before the first request needs them, and lets go of
    /// servers that were removed.
    void connect(ClusterView next) {
        remotes.forEach((server, kept) -> {
            boolean known = next.nodes().keySet().stream().anyMatch(server::sharesServer);
            if (!known && remotes.remove(server, kept)) {
                kept.close();
            }
        });
        next.nodes().values().stream().filter(record -> !record.id().sharesServer(self))
                .forEach(this::connection);
    }

    @Override
    public boolean sharesZone(NodeId node) {
        String own = zone(self);
        return !own.isEmpty() && own.equals(zone(node));
    }

    private String zone(NodeId node) {
        return sessions.view().node(node).map(record -> record.placing().zone()).orElse("");
    }

    @Override
    public Optional<NodePort> node(NodeId node) {
        if (node.sharesServer(self)) {
            return local.node(node).map(LocalNode::new);
        }
        return sessions.view().node(node).map(record ->
                new RemoteNode(node, connection(record), NodeFrames.CLIENT, NodeFrames.BODY));
    }

    private KeptConnection connection(NodeRecord record) {
        return remotes.compute(record.id().first(), (_, kept) -> kept(record, kept));
    }

    private KeptConnection kept(NodeRecord record, KeptConnection kept) {
        if (kept != null && kept.isAt(record.host(), record.port())) {
            return kept;
        }
        if (kept != null) {
            kept.close();
        }
        return new KeptConnection(
                vertx, client, record.id().first(), record.host(), record.port(), () -> {});
    }

    void close() {
        remotes.values().forEach(KeptConnection::close);
    }
}
