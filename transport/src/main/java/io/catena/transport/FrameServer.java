package io.catena.transport;

import io.catena.transport.Refusals.Reason;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Accepts connections of the cluster's servers and clients, and, apart from them, of strangers
/// that want to join. Its connections run on the Vert.x context that called [#listen].
public final class FrameServer {
    /// Connections without a certificate at a time, and how long one may last.
    private static final int STRANGERS_MAX = 32;
    private static final int STRANGER_MILLIS_MAX = 15_000;

    private final Vertx vertx;
    private final TransportSettings settings;
    private final NetServer server;
    private final Callers callers;
    private final Set<FrameConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger strangers = new AtomicInteger();

    /// Whom a server listens to.
    ///
    /// @param members what is called for who shows a certificate of the cluster's authority
    /// @param strangers what is called for who shows none; empty: they are not let in
    /// @param refusals of those that are let in neither way
    public record Callers(
            FrameHandler members, Optional<FrameHandler> strangers, Refusals refusals) {}

    private FrameServer(
            Vertx vertx, TransportSettings settings, NetServer server, Callers callers) {
        this.vertx = vertx;
        this.settings = settings;
        this.server = server;
        this.callers = callers;
    }

    /// As [#listen(Vertx, TransportSettings, String, int, Tls, Callers)], without strangers.
    public static Future<FrameServer> listen(
            Vertx vertx, TransportSettings settings, String host, int port, Tls tls,
            FrameHandler members) {
        return listen(vertx, settings, host, port, tls,
                new Callers(members, Optional.empty(), new Refusals()));
    }

    /// Starts to listen; fails when the address is taken.
    ///
    /// @param port 0: any free one, see [#port()]
    public static Future<FrameServer> listen(
            Vertx vertx, TransportSettings settings, String host, int port, Tls tls,
            Callers callers) {
        NetServerOptions options = options(tls, settings, callers).setHost(host).setPort(port);
        NetServer server = vertx.createNetServer(options);
        FrameServer frames = new FrameServer(vertx, settings, server, callers);
        server.connectHandler(frames::onSocket);
        server.exceptionHandler(frames::onHandshakeFailed);
        return server.listen().map(frames);
    }

    private static NetServerOptions options(
            Tls tls, TransportSettings settings, Callers callers) {
        NetServerOptions options = tls.nodeServerOptions(callers.strangers().isPresent());
        options.setSslHandshakeTimeout(settings.connectMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /// Connections that are made from now on are shown another certificate; the others stay.
    public Future<Void> renew(Tls tls) {
        return server.updateSSLOptions(options(tls, settings, callers).getSslOptions())
                .mapEmpty();
    }

    private void onHandshakeFailed(Throwable failure) {
        callers.refusals().refuse(reason(failure), "a connection", failure.toString());
    }

    private static Reason reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSslRecordException) {
                return Reason.NOT_TLS;
            }
            if (cause instanceof CertificateException) {
                return Reason.BAD_CERTIFICATE;
            }
        }
        return Reason.HANDSHAKE;
    }

    private void onSocket(NetSocket socket) {
        try {
            if (!(SocketConnection.identity(socket) instanceof PeerIdentity.Stranger)) {
                open(socket, settings, callers.members());
            } else if (callers.strangers().isPresent()) {
                admit(socket, callers.strangers().get());
            } else {
                refuse(socket, Reason.NO_CERTIFICATE, "it shows no certificate");
            }
        } catch (FrameException e) {
            refuse(socket, Reason.BAD_CERTIFICATE, e.getMessage());
        }
    }

    private void admit(NetSocket socket, FrameHandler handler) {
        if (strangers.incrementAndGet() > STRANGERS_MAX) {
            strangers.decrementAndGet();
            refuse(socket, Reason.TOO_MANY_STRANGERS, STRANGERS_MAX + " others are being heard");
            return;
        }
        open(socket, settings.ofStrangers(), handler).onComplete(connection -> {
            connection.onClose(strangers::decrementAndGet);
            vertx.setTimer(STRANGER_MILLIS_MAX, _ -> connection.close());
        }, _ -> strangers.decrementAndGet());
    }

    private Future<FrameConnection> open(
            NetSocket socket, TransportSettings limits, FrameHandler handler) {
        return SocketConnection.open(vertx, socket, limits, Optional.empty(), handler, server)
                .onSuccess(connection -> {
                    connections.add(connection);
                    connection.onClose(() -> connections.remove(connection));
                })
                .onFailure(e -> callers.refusals().refuse(
                        e instanceof FrameException.OtherCluster
                                ? Reason.OTHER_CLUSTER : Reason.HANDSHAKE,
                        String.valueOf(socket.remoteAddress()), e.getMessage()));
    }

    private void refuse(NetSocket socket, Reason reason, String what) {
        callers.refusals().refuse(reason, String.valueOf(socket.remoteAddress()), what);
        socket.close();
    }

    public int port() {
        return server.actualPort();
    }

    /// Closes the connections of these peers; any thread.
    public void closeAll(Predicate<PeerIdentity> peers) {
        connections.stream().filter(connection -> peers.test(connection.peer()))
                .forEach(FrameConnection::close);
    }

    /// Stops to listen and closes all connections.
    public Future<Void> close() {
        connections.forEach(FrameConnection::close);
        return server.close();
    }
}
