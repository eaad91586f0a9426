package io.catena.master.raft;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameHandler;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Connections to the other voters: one each, made when first needed, made again after a failure.
/// [#call] blocks, as Ratis wants it; its threads call.
final class PeerLinks {
    private final FrameClient client;
    private final RaftSettings settings;
    private final Map<NodeId, Future<FrameConnection>> connections = new ConcurrentHashMap<>();

    PeerLinks(FrameClient client, RaftSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /// The answer of the voter `to`.
    ///
    /// @throws IOException when there is none in time, or it is a failure
    Buffer call(NodeId to, int kind, byte[] payload) throws IOException {
        return await(ask(to, kind, payload));
    }

    /// The answer of the voter `to`; any thread.
    Future<Buffer> ask(NodeId to, int kind, byte[] payload) {
        Future<FrameConnection> connecting = connections.compute(to, (_, known) ->
                known == null || isLost(known) ? connect(to) : known);
        return connecting.compose(connection ->
                connection.request(kind, Buffer.buffer(payload), settings.requestMillis()));
    }

    private static boolean isLost(Future<FrameConnection> connecting) {
        return connecting.failed() || connecting.succeeded() && connecting.result().isClosed();
    }

    private Future<FrameConnection> connect(NodeId to) {
        MasterAddress address = settings.voters().stream()
                .filter(voter -> voter.node().equals(to)).findFirst().orElseThrow();
        return client.connect(address.host(), address.port(), to, Refusing.INSTANCE);
    }

    private Buffer await(Future<Buffer> answer) throws IOException {
        try {
            return answer.toCompletionStage().toCompletableFuture()
                    .get(2L * settings.requestMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a voter was asked");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no connection yet", e);
        }
    }

    /// Voters ask over connections that they make themselves; nothing comes back over these.
    private enum Refusing implements FrameHandler {
        INSTANCE;

        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            throw new IllegalStateException("message of kind " + kind + " over a link to a voter");
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return Future.failedFuture(
                    new IllegalStateException("request over a link to a voter"));
        }
    }
}
