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
import java.util.function.Supplier;

/// The cluster as this server's gateway reaches it: the node in this process directly, every other
/// over a connection that is kept up.
final class ClusterTopology implements Topology {
    private final Vertx vertx;
    private final FrameClient client;
    private final NodeId self;
    private final LocalNode local;
    private final Supplier<ClusterView> view;
    private final ConcurrentSkipListMap<NodeId, KeptConnection> remotes =
            new ConcurrentSkipListMap<>();

    ClusterTopology(Vertx vertx, FrameClient client, NodeId self, LocalNode local,
            Supplier<ClusterView> view) {
        this.vertx = vertx;
        this.client = client;
        this.self = self;
        this.local = local;
        this.view = view;
    }

    @Override
    public Optional<ChainConfiguration> configuration(ChainId chain) {
        return view.get().chain(chain);
    }

    @Override
    public List<ChainConfiguration> configurations() {
        return List.copyOf(view.get().chains().values());
    }

    /// Connects to the nodes of a new view, before the first request needs them.
    void connect(ClusterView next) {
        next.nodes().values().stream().filter(record -> !record.id().equals(self))
                .forEach(this::connection);
    }

    @Override
    public Optional<NodePort> node(NodeId node) {
        if (node.equals(self)) {
            return Optional.of(local);
        }
        return view.get().node(node).map(record ->
                new RemoteNode(connection(record), NodeFrames.CLIENT, NodeFrames.BODY));
    }

    private KeptConnection connection(NodeRecord record) {
        return remotes.compute(record.id(), (_, kept) -> kept(record, kept));
    }

    private KeptConnection kept(NodeRecord record, KeptConnection kept) {
        if (kept != null && kept.isAt(record.host(), record.port())) {
            return kept;
        }
        if (kept != null) {
            kept.close();
        }
        return new KeptConnection(
                vertx, client, record.id(), record.host(), record.port(), () -> {});
    }

    void close() {
        remotes.values().forEach(KeptConnection::close);
    }
}
