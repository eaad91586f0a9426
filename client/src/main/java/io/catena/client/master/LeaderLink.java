package io.catena.client.master;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to the master's leader, or to where it may be: goes on to the next voter, or to
/// the one that was hinted at, until it is found. All on the session's context.
final class LeaderLink {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLink.class);

    private final Vertx vertx;
    private final Context context;
    private final FrameClient client;
    private final List<MasterAddress> masters;
    private final int connectMillis;
    private final FrameHandler handler;
    private final Runnable onConnected;
    private int target;
    private int retryMillis = SessionSettings.RETRY_MILLIS_MIN;
    /// Null while there is none.
    private FrameConnection connection;
    /// The attempt to connect that is under way; 0: none.
    private int connecting;
    private int attempts;
    private boolean closed;

    /// @param onConnected called with each new connection
    LeaderLink(Vertx vertx, Context context, FrameClient client, SessionSettings settings,
            FrameHandler handler, Runnable onConnected) {
        this.vertx = vertx;
        this.context = context;
        this.client = client;
        this.masters = settings.masters();
        this.connectMillis = 2 * settings.heartbeatMillis();
        this.handler = handler;
        this.onConnected = onConnected;
    }

    /// Connects unless it is connected, or about to be.
    void connect() {
        if (closed || connecting != 0 || isConnected()) {
            return;
        }
        int attempt = ++attempts;
        connecting = attempt;
        MasterAddress to = masters.get(target);
        client.connect(to.host(), to.port(), to.node(), handler)
                .onComplete(done -> context.runOnContext(_ -> onConnect(attempt, done)));
        // A stopped process still accepts connections: the lease does not wait for it.
        vertx.setTimer(connectMillis, _ -> context.runOnContext(_ -> onConnect(attempt,
                Future.failedFuture(new FrameException.NotConnected(to + " is slow", null)))));
    }

    private void onConnect(int attempt, AsyncResult<FrameConnection> done) {
        if (connecting != attempt) {
            if (done.succeeded()) {
                done.result().close();
            }
            return;
        }
        connecting = 0;
        if (done.succeeded()) {
            onOpen(done.result());
        } else {
            LOG.debug("no master: {}", done.cause().getMessage());
            goOn(Optional.empty());
        }
    }

    private void onOpen(FrameConnection opened) {
        if (closed) {
            opened.close();
            return;
        }
        connection = opened;
        opened.onClose(() -> context.runOnContext(_ -> onLost(opened)));
        onConnected.run();
    }

    private void onLost(FrameConnection lost) {
        if (connection == lost) {
            goOn(Optional.empty());
        }
    }

    private boolean isConnected() {
        return connection != null && !connection.isClosed();
    }

    /// Asks the leader. The answer [MasterReply.NotLeader], and failures, make the link look
    /// further.
    Future<MasterReply> ask(MasterMessage message, long timeoutMillis) {
        if (!isConnected()) {
            connect();
            return Future.failedFuture(new FrameException.NotConnected("no master yet", null));
        }
        FrameConnection asked = connection;
        Promise<MasterReply> answered = Promise.promise();
        asked.request(MasterWire.REQUEST_KIND, Buffer.buffer(MasterWire.encode(message)),
                        timeoutMillis)
                .map(bytes -> MasterWire.decodeReply(bytes.getBytes()))
                .onComplete(done -> context.runOnContext(_ -> {
                    if (done.failed()) {
                        leave(asked, Optional.empty());
                        answered.fail(done.cause());
                    } else {
                        onReply(asked, done.result());
                        answered.complete(done.result());
                    }
                }));
        return answered.future();
    }

    private void onReply(FrameConnection asked, MasterReply reply) {
        if (reply instanceof MasterReply.NotLeader(Optional<NodeId> hint)) {
            leave(asked, hint);
        } else {
            retryMillis = SessionSettings.RETRY_MILLIS_MIN;
        }
    }

    private void leave(FrameConnection asked, Optional<NodeId> hint) {
        if (connection == asked) {
            goOn(hint);
        }
    }

    /// To the voter that was hinted at, else to the next one, after a pause.
    private void goOn(Optional<NodeId> hint) {
        FrameConnection former = connection;
        connection = null;
        if (former != null) {
            former.close();
        }
        if (closed) {
            return;
        }
        target = hint.flatMap(this::indexOf).orElse((target + 1) % masters.size());
        vertx.setTimer(retryMillis, _ -> context.runOnContext(_ -> connect()));
        retryMillis = Math.min(2 * retryMillis, SessionSettings.RETRY_MILLIS_MAX);
    }

    private Optional<Integer> indexOf(NodeId node) {
        for (int i = 0; i < masters.size(); i++) {
            if (masters.get(i).node().equals(node)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /// Tells the leader one-way; lost when there is no connection.
    void tell(int kind, byte[] payload) {
        if (isConnected()) {
            connection.send(kind, Buffer.buffer(payload));
        }
    }

    void close() {
        closed = true;
        if (connection != null) {
            connection.close();
        }
    }
}
