package io.catena.transport;

import io.catena.protocol.chain.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to one node, kept up: dialled again, with a growing pause, whenever it is lost.
/// Every method may be called from any thread.
public final class KeptConnection {
    private static final Logger LOG = LoggerFactory.getLogger(KeptConnection.class);
    private static final long PAUSE_MILLIS_MIN = 20;
    private static final long PAUSE_MILLIS_MAX = 500;

    private final Vertx vertx;
    private final Context context;
    private final FrameClient client;
    private final NodeId node;
    private final String host;
    private final int port;
    private final Runnable onUp;

    private volatile Optional<FrameConnection> connection = Optional.empty();
    private volatile boolean closed;
    private long pauseMillis = PAUSE_MILLIS_MIN;
    private boolean told;

    /// @param onUp called on an event loop after each (re)connection, before anything is sent over
    ///     it
    public KeptConnection(
            Vertx vertx, FrameClient client, NodeId node, String host, int port, Runnable onUp) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = client;
        this.node = node;
        this.host = host;
        this.port = port;
        this.onUp = onUp;
        context.runOnContext(_ -> dial());
    }

    /// Whether it leads to this address.
    public boolean isAt(String otherHost, int otherPort) {
        return host.equals(otherHost) && port == otherPort;
    }

    private void dial() {
        if (closed) {
            return;
        }
        client.connect(host, port, node, new Answers()).onComplete(up -> {
            pauseMillis = PAUSE_MILLIS_MIN;
            told = false;
            connection = Optional.of(up);
            up.onClose(this::lost);
            if (closed) {
                up.close();
            } else {
                LOG.debug("connected to {} at {}:{}", node, host, port);
                onUp.run();
            }
        }, down -> {
            if (!told) {
                LOG.info("cannot reach {} at {}:{}: {}", node, host, port, down.getMessage());
                told = true;
            }
            dialLater();
        });
    }

    private void lost() {
        connection = Optional.empty();
        if (!closed) {
            LOG.info("connection to {} lost", node);
            dialLater();
        }
    }

    private void dialLater() {
        pauseMillis = Math.min(pauseMillis * 2, PAUSE_MILLIS_MAX);
        vertx.setTimer(pauseMillis, _ -> context.runOnContext(_ -> dial()));
    }

    /// Sends; a message that cannot go breaks the connection, so that nothing arrives behind a gap.
    public void send(int kind, Buffer payload) {
        connection.filter(up -> !up.send(kind, payload)).ifPresent(FrameConnection::close);
    }

    /// As [FrameConnection#request]; fails at once while there is no connection.
    public Future<Buffer> request(int kind, Buffer payload, long timeoutMillis) {
        return connection.map(up -> up.request(kind, payload, timeoutMillis))
                .orElseGet(() -> Future.failedFuture(
                        new FrameException.NotConnected("no connection to " + node, null)));
    }

    /// Whether there is no connection, or much waits to be sent over it.
    public boolean isBusy() {
        return connection.map(FrameConnection::writeQueueFull).orElse(true);
    }

    /// Closes for good.
    public void close() {
        closed = true;
        connection.ifPresent(FrameConnection::close);
    }

    /// A dialled connection carries our messages and the answers to them, nothing else.
    private static final class Answers implements FrameHandler {
        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            throw new FrameException.Refused("unexpected message of kind " + kind);
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return Future.failedFuture(
                    new FrameException.Refused("unexpected request of kind " + kind));
        }
    }
}
