package io.catena.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections of the cluster's servers and clients. Its connections run on the Vert.x
/// context that called [#listen].
public final class FrameServer {
    private static final Logger LOG = LoggerFactory.getLogger(FrameServer.class);

    private final Vertx vertx;
    private final TransportSettings settings;
    private final NetServer server;
    private final FrameHandler handler;
    private final Set<FrameConnection> connections = ConcurrentHashMap.newKeySet();

    private FrameServer(
            Vertx vertx, TransportSettings settings, NetServer server, FrameHandler handler) {
        this.vertx = vertx;
        this.settings = settings;
        this.server = server;
        this.handler = handler;
    }

    /// Starts to listen; fails when the address is taken.
    ///
    /// @param port 0: any free one, see [#port()]
    public static Future<FrameServer> listen(
            Vertx vertx, TransportSettings settings, String host, int port, Tls tls,
            FrameHandler handler) {
        var options = tls.nodeServerOptions().setHost(host).setPort(port);
        options.setSslHandshakeTimeout(settings.connectMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        NetServer server = vertx.createNetServer(options);
        FrameServer frames = new FrameServer(vertx, settings, server, handler);
        server.connectHandler(frames::onSocket);
        server.exceptionHandler(e -> LOG.info("connection refused: {}", e.toString()));
        return server.listen().map(frames);
    }

    private void onSocket(NetSocket socket) {
        SocketConnection.open(vertx, socket, settings, Optional.empty(), handler, server)
                .onSuccess(connection -> {
                    connections.add(connection);
                    connection.onClose(() -> connections.remove(connection));
                })
                .onFailure(e ->
                        LOG.info("{} refused: {}", socket.remoteAddress(), e.getMessage()));
    }

    public int port() {
        return server.actualPort();
    }

    /// Stops to listen and closes all connections.
    public Future<Void> close() {
        connections.forEach(FrameConnection::close);
        return server.close();
    }
}
