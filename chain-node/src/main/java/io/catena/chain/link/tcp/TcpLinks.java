package io.catena.chain.link.tcp;

import io.catena.chain.link.BodyAnswer;
import io.catena.chain.link.ChainLink;
import io.catena.chain.link.LinkListener;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.DigestMessage;
import io.catena.protocol.message.Envelope;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.DigestWire;
import io.catena.transport.FrameClient;
import io.catena.transport.KeptConnection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

/// Links over transport: to every other server one connection for envelopes and one for bodies, so
/// that bulk does not hold up what commits wait for. All disks of both servers share them.
public final class TcpLinks implements ChainLink {
    private static final long BODY_TIMEOUT_MILLIS = 10_000;

    private record Pair(KeptConnection control, KeptConnection bulk) {}

    private final Vertx vertx;
    private final FrameClient client;
    private final NodeId self;
    private final LinkListener listener;
    /// By the first node of each server.
    private final ConcurrentSkipListMap<NodeId, Pair> peers = new ConcurrentSkipListMap<>();

    /// @param self a node of this server
    public TcpLinks(Vertx vertx, FrameClient client, NodeId self, LinkListener listener) {
        this.vertx = vertx;
        this.client = client;
        this.self = self;
        this.listener = listener;
    }

    /// Keeps connections to the servers of these nodes, and to no others. One call at a time.
    public void nodes(Collection<NodeRecord> nodes) {
        // All nodes of a server are at one address.
        nodes.stream().filter(node -> !node.id().sharesServer(self))
                .forEach(node -> peers.compute(node.id().first(), (_, pair) -> kept(node, pair)));
        peers.entrySet().removeIf(entry -> {
            boolean gone = nodes.stream().noneMatch(
                    node -> node.id().sharesServer(entry.getKey()));
            if (gone) {
                close(entry.getValue());
            }
            return gone;
        });
    }

    private Pair kept(NodeRecord node, Pair pair) {
        if (pair != null && pair.control().isAt(node.host(), node.port())) {
            return pair;
        }
        if (pair != null) {
            close(pair);
        }
        return new Pair(dial(node, () -> listener.linkUp(node.id())), dial(node, () -> {}));
    }

    private KeptConnection dial(NodeRecord node, Runnable onUp) {
        return new KeptConnection(
                vertx, client, node.id().first(), node.host(), node.port(), onUp);
    }

    private static void close(Pair pair) {
        pair.control().close();
        pair.bulk().close();
    }

    @Override
    public void send(Envelope envelope) {
        Pair pair = peers.get(envelope.to().node().first());
        if (pair != null) {
            pair.control().send(NodeFrames.ENVELOPE, Buffer.buffer(ChainWire.encode(envelope)));
        }
    }

    @Override
    public Future<BodyAnswer> exchange(NodeId node, BodyMessage message, Buffer bytes) {
        Pair pair = peers.get(node.first());
        if (pair == null) {
            return Future.failedFuture("node " + node + " is not known");
        }
        return pair.bulk()
                .request(NodeFrames.BODY, NodeFrames.encode(node, message, bytes),
                        BODY_TIMEOUT_MILLIS)
                .map(NodeFrames::decodeAnswer);
    }

    @Override
    public Future<DigestMessage.Answer> ask(NodeId node, DigestMessage.Question question) {
        Pair pair = peers.get(node.first());
        if (pair == null) {
            return Future.failedFuture("node " + node + " is not known");
        }
        return pair.bulk().request(NodeFrames.DIGEST, NodeFrames.encode(node, question),
                BODY_TIMEOUT_MILLIS).map(answer -> DigestWire.answer(answer.getBytes()));
    }

    @Override
    public boolean isBusy(NodeId node) {
        Pair pair = peers.get(node.first());
        return pair == null || pair.bulk().isBusy();
    }

    public void close() {
        peers.values().forEach(TcpLinks::close);
        peers.clear();
    }
}
