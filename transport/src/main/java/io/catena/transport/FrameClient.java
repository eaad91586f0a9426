package io.catena.transport;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Opens connections to servers of the cluster. Its connections keep it alive.
public final class FrameClient {
    private final Vertx vertx;
    private final TransportSettings settings;
    private final NetClient client;

    /// @param localAddress the source address of the connections; empty: the system chooses. A
    ///     server with an address of its own uses it here too, so that a firewall rule can cut it
    ///     off.
    public FrameClient(
            Vertx vertx, TransportSettings settings, Tls tls, Optional<String> localAddress) {
        this(vertx, settings, tls.nodeClientOptions(), localAddress);
    }

    private FrameClient(Vertx vertx, TransportSettings settings, NetClientOptions options,
            Optional<String> localAddress) {
        this.vertx = vertx;
        this.settings = settings;
        limited(options, settings).setConnectTimeout(settings.connectMillis());
        localAddress.ifPresent(options::setLocalAddress);
        this.client = vertx.createNetClient(options);
    }

    /// A client that shows no certificate: it can ask to join, and nothing else.
    ///
    /// @param authorityDigest SHA-256 of the certificate of the authority that servers must show
    public static FrameClient ofStranger(Vertx vertx, TransportSettings settings,
            Bytes authorityDigest, Optional<String> localAddress) {
        return new FrameClient(vertx, settings,
                Tls.strangerOptions(new AuthorityPin(authorityDigest)), localAddress);
    }

    private static NetClientOptions limited(
            NetClientOptions options, TransportSettings settings) {
        options.setSslHandshakeTimeout(settings.connectMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /// Connections that are made from now on show another certificate; the others stay.
    public Future<Void> renew(Tls tls) {
        return client.updateSSLOptions(limited(tls.nodeClientOptions(), settings).getSslOptions())
                .mapEmpty();
    }

    /// Connects to whoever of the cluster is at an address. The connection runs on the caller's
    /// context, or on a new one when the caller has none. Fails with [FrameException.NotConnected].
    public Future<FrameConnection> connect(String host, int port, FrameHandler handler) {
        return connect(host, port, Optional.empty(), handler);
    }

    /// As [#connect(String, int, FrameHandler)], for the node `expected` only.
    public Future<FrameConnection> connect(
            String host, int port, NodeId expected, FrameHandler handler) {
        return connect(host, port, Optional.of(expected), handler);
    }

    private Future<FrameConnection> connect(
            String host, int port, Optional<NodeId> expected, FrameHandler handler) {
        Promise<FrameConnection> promise = Promise.promise();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(_ -> client.connect(port, host)
                .recover(e -> Future.failedFuture(new FrameException.NotConnected(
                        host + ":" + port + ": " + e.getMessage(), e)))
                .compose(socket -> shakeHands(socket, expected, handler))
                .onComplete(promise));
        return promise.future();
    }

    private Future<FrameConnection> shakeHands(
            NetSocket socket, Optional<NodeId> expected, FrameHandler handler) {
        return SocketConnection.open(vertx, socket, settings, expected, handler, this);
    }

    /// Closes all connections.
    public Future<Void> close() {
        return client.close();
    }
}
