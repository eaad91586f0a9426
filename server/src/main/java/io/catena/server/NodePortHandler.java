package io.catena.server;

import io.catena.chain.link.tcp.NodeFrames;
import io.catena.chain.node.StorageNode;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.ClientWire;
import io.catena.protocol.wire.DigestWire;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Refusals;
import io.catena.transport.Refusals.Reason;
import io.catena.transport.Role;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;

/// Everything that arrives on the port of the servers among themselves, handed to the part that it
/// is for.
final class NodePortHandler implements FrameHandler {
    private final LocalNodes nodes;
    private final Refusals refusals;
    private final Supplier<SortedSet<Integer>> removed;
    private volatile Optional<FrameHandler> master = Optional.empty();
    private final EnvelopeSources sources = new EnvelopeSources();

    /// @param removed servers that are no part of the cluster any more
    NodePortHandler(
            LocalNodes nodes, Refusals refusals, Supplier<SortedSet<Integer>> removed) {
        this.nodes = nodes;
        this.refusals = refusals;
        this.removed = removed;
    }

    void serve(FrameHandler masterHandler) {
        master = Optional.of(masterHandler);
    }

    @Override
    public void onOpened(FrameConnection connection) {
        if (isRemoved(connection.peer())) {
            refusal(Reason.REMOVED_SERVER, connection, "it was removed from the cluster");
            connection.close();
        }
        sources.opened(connection);
    }

    @Override
    public void onMessage(FrameConnection from, int kind, Buffer payload) {
        requireMember(from);
        if (MasterWire.isMasterKind(kind)) {
            master.ifPresent(handler -> handler.onMessage(from, kind, payload));
        } else if (kind == NodeFrames.ENVELOPE) {
            var envelope = ChainWire.decodeEnvelope(payload.getBytes());
            if (!from.peer().isServerOf(envelope.from().node())
                    || !from.peer().has(Role.NODE)) {
                throw refusal(Reason.WRONG_ROLE, from, "it speaks for " + envelope.from().node());
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
        requireMember(from);
        if (MasterWire.isMasterKind(kind)) {
            return master.map(handler -> handler.onRequest(from, kind, payload))
                    .orElseGet(() -> refused("no master here"));
        }
        if (!from.peer().has(Role.NODE) && !from.peer().has(Role.GATEWAY)) {
            throw refusal(Reason.WRONG_ROLE, from, "it is neither node nor gateway");
        }
        NodeFrames.Addressed request = NodeFrames.decodeAddress(payload);
        return nodes.node(request.to())
                .map(storage -> onNodeRequest(storage, kind, request.message()))
                .orElseGet(() -> refused(request.to() + " does not serve in this process"));
    }

    /// Whether the peer was removed after it connected.
    private void requireMember(FrameConnection from) {
        if (isRemoved(from.peer())) {
            from.close();
            throw refusal(Reason.REMOVED_SERVER, from, "it was removed from the cluster");
        }
    }

    boolean isRemoved(PeerIdentity peer) {
        return peer instanceof PeerIdentity.Node(NodeId id, _)
                && removed.get().contains(id.server());
    }

    private FrameException.Refused refusal(Reason reason, FrameConnection from, String what) {
        refusals.refuse(reason, from.toString(), what);
        return new FrameException.Refused(from.peer().uri() + ": " + what);
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
