package io.catena.server;

import io.catena.chain.link.tcp.NodeFrames;
import io.catena.chain.node.StorageNode;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.ClientWire;
import io.catena.protocol.wire.DigestWire;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/// Everything that arrives on the port of the servers among themselves, handed to the part that it
/// is for.
final class NodePortHandler implements FrameHandler {
    private final LocalNodes nodes;
    private volatile Optional<FrameHandler> master = Optional.empty();
    private final EnvelopeSources sources = new EnvelopeSources();

    NodePortHandler(LocalNodes nodes) {
        this.nodes = nodes;
    }

    void serve(FrameHandler masterHandler) {
        master = Optional.of(masterHandler);
    }

    @Override
    public void onOpened(FrameConnection connection) {
        sources.opened(connection);
    }

    @Override
    public void onMessage(FrameConnection from, int kind, Buffer payload) {
        if (MasterWire.isMasterKind(kind)) {
            master.ifPresent(handler -> handler.onMessage(from, kind, payload));
        } else if (kind == NodeFrames.ENVELOPE) {
            var envelope = ChainWire.decodeEnvelope(payload.getBytes());
            if (!from.peer().isServerOf(envelope.from().node())) {
                throw new FrameException.Refused(
                        from.peer() + " speaks for " + envelope.from().node());
            }
            if (sources.isNewest(from, envelope.from().node())) {
                nodes.node(envelope.to().node())
                        .ifPresent(storage -> storage.receive(envelope));
            }
        } else {
            throw new FrameException.Refused("message of unknown kind " + kind);
        }
    }

    @Override
    public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
        if (MasterWire.isMasterKind(kind)) {
            return master.map(handler -> handler.onRequest(from, kind, payload))
                    .orElseGet(() -> refused("no master here"));
        }
        NodeFrames.Addressed request = NodeFrames.decodeAddress(payload);
        return nodes.node(request.to())
                .map(storage -> onNodeRequest(storage, kind, request.message()))
                .orElseGet(() -> refused(request.to() + " does not serve in this process"));
    }

    private static Future<Buffer> onNodeRequest(StorageNode node, int kind, Buffer payload) {
        return switch (kind) {
            case NodeFrames.CLIENT -> node.ask(ClientWire.decodeMessage(payload.getBytes()))
                    .map(reply -> Buffer.buffer(ClientWire.encode(reply)));
            case NodeFrames.BODY -> {
                NodeFrames.BodyRequest request = NodeFrames.decodeRequest(payload);
                yield node.body(request.message(), request.bytes()).map(NodeFrames::encode);
            }
            case NodeFrames.DIGEST -> Future.succeededFuture(Buffer.buffer(DigestWire.encode(
                    node.digest(DigestWire.question(payload.getBytes())))));
            default -> refused("request of unknown kind " + kind);
        };
    }

    private static Future<Buffer> refused(String why) {
        return Future.failedFuture(new FrameException.Refused(why));
    }

    @Override
    public void onClosed(FrameConnection connection) {
        sources.closed(connection);
        master.ifPresent(handler -> handler.onClosed(connection));
    }
}
