package io.catena.transport;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A [FrameConnection] over a TLS socket. All state is touched on the socket's event loop only.
final class SocketConnection implements FrameConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
    private static final int MAGIC = 0x4354_4e41;
    static final int PROTOCOL_VERSION = 3;
    /// A failure answer is small and may exceed the outgoing bound: the peer must hear it.
    private static final int FAILURE_LETTERS_MAX = 1_000;

    private record Pending(Promise<Buffer> promise, long timer) {}

    private final Vertx vertx;
    private final Context context;
    private final Thread loop;
    private final NetSocket socket;
    private final TransportSettings settings;
    private final FrameHandler handler;
    /// What must live as long as this connection: Vert.x lets sockets of an unreachable client
    /// stall.
    private final Object owner;
    private final PeerIdentity peer;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final Promise<FrameConnection> opened = Promise.promise();
    private final Map<Long, Pending> pending = new HashMap<>();
    private final List<Runnable> closeActions = new ArrayList<>();
    private final List<Runnable> drainActions = new ArrayList<>();
    private long correlationLast;
    private int answering;
    private int silentPings;
    private boolean open;
    private volatile boolean closed;

    private SocketConnection(
            Vertx vertx, NetSocket socket, TransportSettings settings, FrameHandler handler,
            Object owner) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.loop = Thread.currentThread();
        this.socket = socket;
        this.settings = settings;
        this.handler = handler;
        this.owner = owner;
        this.peer = identity(socket);
        this.reader = new FrameReader(settings.frameBytesMax(), this::onFrame);
        this.writer = new FrameWriter(socket, context);
    }

    /// Shakes hands over a fresh socket; must be called on its event loop. The future fails, and
    /// the socket is closed, when the peer is not of this cluster or not the `expected` node.
    static Future<FrameConnection> open(
            Vertx vertx, NetSocket socket, TransportSettings settings, Optional<NodeId> expected,
            FrameHandler handler, Object owner) {
        try {
            var connection = new SocketConnection(vertx, socket, settings, handler, owner);
            connection.requirePeer(expected);
            connection.start();
            return connection.opened.future();
        } catch (FrameException e) {
            socket.close();
            return Future.failedFuture(e);
        }
    }

    static PeerIdentity identity(NetSocket socket) {
        try {
            return PeerIdentity.of(
                    (X509Certificate) socket.sslSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException _) {
            // The handshake was none without one unless the port lets such peers in.
            return new PeerIdentity.Stranger();
        }
    }

    private void requirePeer(Optional<NodeId> expected) {
        if (expected.isPresent() && !peer.isServerOf(expected.get())) {
            throw new FrameException.NotConnected(this + " is not " + expected.get(), null);
        }
    }

    private void start() {
        writer.onWritten(this::drained);
        socket.handler(this::onBytes);
        socket.exceptionHandler(e -> LOG.debug("{}: {}", this, e.toString()));
        socket.closeHandler(_ -> onSocketClosed());
        WireWriter hello = new WireWriter().i32(MAGIC).i32(PROTOCOL_VERSION)
                .text(settings.clusterId());
        writeAlways(new Frame(Frame.HELLO, 0, Buffer.buffer(hello.toArray())));
        vertx.setTimer(settings.connectMillis(), _ -> {
            if (!open) {
                fail("no first frame within " + settings.connectMillis() + " ms");
            }
        });
        armPing();
    }

    private void onBytes(Buffer chunk) {
        silentPings = 0;
        try {
            reader.read(chunk);
        } catch (WireException e) {
            fail(e.getMessage());
        }
    }

    private void onFrame(Frame frame) {
        if (closed) {
            return;
        }
        if (!open) {
            onHello(frame);
            return;
        }
        switch (frame.kind()) {
            case Frame.PING -> writeAlways(Frame.bare(Frame.PONG));
            case Frame.PONG -> { }
            case Frame.ANSWER -> finish(
                    frame.correlation(), Future.succeededFuture(frame.payload()));
            case Frame.FAILURE -> finish(frame.correlation(), Future.failedFuture(
                    new FrameException.Refused(frame.payload().toString())));
            default -> onUserFrame(frame);
        }
    }

    private void onHello(Frame frame) {
        if (frame.kind() != Frame.HELLO) {
            throw new WireException("the first frame is of kind " + frame.kind());
        }
        WireReader in = new WireReader(frame.payload().getBytes());
        if (in.i32() != MAGIC) {
            throw new WireException("the peer does not speak this protocol");
        }
        int version = in.i32();
        String clusterId = in.text();
        if (version != PROTOCOL_VERSION || !clusterId.equals(settings.clusterId())) {
            fail(new FrameException.OtherCluster("peer is of cluster " + clusterId + ", protocol "
                    + version + "; this is " + settings.clusterId() + ", protocol "
                    + PROTOCOL_VERSION));
            return;
        }
        open = true;
        handler.onOpened(this);
        opened.complete(this);
    }

    private void onUserFrame(Frame frame) {
        if (frame.kind() < 1 || frame.kind() > KIND_MAX) {
            throw new WireException("frame of kind " + frame.kind());
        }
        if (frame.correlation() == 0) {
            onMessage(frame);
        } else {
            onRequest(frame);
        }
    }

    private void onMessage(Frame frame) {
        try {
            handler.onMessage(this, frame.kind(), frame.payload());
        } catch (RuntimeException e) {
            LOG.error("{}: message of kind {} failed", this, frame.kind(), e);
            fail("a message could not be handled: " + e);
        }
    }

    private void onRequest(Frame frame) {
        if (answering >= settings.requestsMax()) {
            throw new WireException("more than " + settings.requestsMax() + " requests at a time");
        }
        answering++;
        Future<Buffer> answer;
        try {
            answer = handler.onRequest(this, frame.kind(), frame.payload());
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onComplete(done -> onLoop(() -> answer(frame, done.result(), done.cause())));
    }

    private void answer(Frame request, Buffer payload, Throwable failure) {
        answering--;
        if (closed) {
            return;
        }
        if (failure != null) {
            answerFailure(request, failure);
            return;
        }
        Frame answer = new Frame(Frame.ANSWER, request.correlation(), payload);
        if (payload.length() <= settings.frameBytesMax()
                && writer.reserve(answer.sizeBytes(), settings.outgoingBytesMax())) {
            writer.write(answer);
        } else {
            answerFailure(request, new FrameException.Refused("no room for the answer"));
        }
    }

    private void answerFailure(Frame request, Throwable failure) {
        boolean refused = failure instanceof FrameException.Refused;
        if (!refused) {
            LOG.warn("{}: request of kind {} failed", this, request.kind(), failure);
        }
        String text = String.valueOf(refused ? failure.getMessage() : failure.toString());
        text = text.substring(0, Math.min(text.length(), FAILURE_LETTERS_MAX));
        writeAlways(new Frame(Frame.FAILURE, request.correlation(), Buffer.buffer(text)));
    }

    private void finish(long correlation, Future<Buffer> outcome) {
        Pending done = pending.remove(correlation);
        if (done == null) {
            return; // Its time is over: the caller has been told.
        }
        vertx.cancelTimer(done.timer());
        outcome.onComplete(done.promise());
    }

    @Override
    public boolean send(int kind, Buffer payload) {
        Frame frame = userFrame(kind, 0, payload);
        if (closed || !writer.reserve(frame.sizeBytes(), settings.outgoingBytesMax())) {
            return false;
        }
        onLoop(() -> writer.write(frame));
        return true;
    }

    @Override
    public Future<Buffer> request(int kind, Buffer payload, long timeoutMillis) {
        Frame frame = userFrame(kind, 0, payload);
        if (closed) {
            return Future.failedFuture(new FrameException.Closed(this + " is closed"));
        }
        if (!writer.reserve(frame.sizeBytes(), settings.outgoingBytesMax())) {
            return Future.failedFuture(new FrameException.Overloaded(
                    this + ": " + writer.waitingBytes() + " bytes wait"));
        }
        Promise<Buffer> promise = Promise.promise();
        onLoop(() -> issue(frame, timeoutMillis, promise));
        return promise.future();
    }

    private Frame userFrame(int kind, long correlation, Buffer payload) {
        if (kind < 1 || kind > KIND_MAX || payload.length() > settings.frameBytesMax()) {
            throw new IllegalArgumentException(
                    "frame of kind " + kind + " with " + payload.length() + " bytes");
        }
        return new Frame(kind, correlation, payload);
    }

    private void issue(Frame frame, long timeoutMillis, Promise<Buffer> promise) {
        if (closed || pending.size() >= settings.requestsMax()) {
            writer.release(frame.sizeBytes());
            promise.fail(closed ? new FrameException.Closed(this + " is closed")
                    : new FrameException.Overloaded(this + ": " + pending.size() + " requests"));
            return;
        }
        long correlation = ++correlationLast;
        long timer = vertx.setTimer(Math.max(1, timeoutMillis), _ -> finish(
                correlation, Future.failedFuture(new FrameException.TimedOut(
                        this + ": no answer in " + timeoutMillis + " ms to kind "
                                + frame.kind()))));
        pending.put(correlation, new Pending(promise, timer));
        writer.write(new Frame(frame.kind(), correlation, frame.payload()));
    }

    /// For frames that are small and few: the transport's own.
    private void writeAlways(Frame frame) {
        writer.reserve(frame.sizeBytes(), Long.MAX_VALUE);
        writer.write(frame);
    }

    /// Counts intervals rather than time: a stall of this process is not the peer's silence. Armed
    /// anew each time, for a periodic timer would make up for such a stall in a burst.
    private void armPing() {
        vertx.setTimer(settings.pingMillis(), _ -> {
            if (closed) {
                return;
            }
            if (++silentPings > settings.silentPingsMax()) {
                fail("the peer is silent");
                return;
            }
            if (open) {
                writeAlways(Frame.bare(Frame.PING));
            }
            armPing();
        });
    }

    private void fail(String reason) {
        fail(new FrameException.NotConnected(reason, null));
    }

    private void fail(FrameException reason) {
        if (!closed) {
            LOG.info("{}: closing, {}", this, reason.getMessage());
            opened.tryFail(reason);
            socket.close();
            onSocketClosed();
        }
    }

    private void onSocketClosed() {
        if (closed) {
            return;
        }
        closed = true;
        opened.tryFail(new FrameException.NotConnected(this + " closed in the handshake", null));
        List.copyOf(pending.keySet()).forEach(correlation -> finish(correlation,
                Future.failedFuture(new FrameException.Closed(this + " is closed"))));
        if (open) {
            handler.onClosed(this);
        }
        closeActions.forEach(Runnable::run);
        closeActions.clear();
        drainActions.clear();
    }

    private void drained() {
        if (!drainActions.isEmpty() && !writeQueueFull()) {
            List<Runnable> actions = List.copyOf(drainActions);
            drainActions.clear();
            actions.forEach(Runnable::run);
        }
    }

    private void onLoop(Runnable action) {
        if (Thread.currentThread() == loop) {
            action.run();
        } else {
            context.runOnContext(_ -> action.run());
        }
    }

    @Override
    public void close() {
        onLoop(() -> {
            socket.close();
            onSocketClosed();
        });
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void onClose(Runnable action) {
        onLoop(() -> {
            if (closed) {
                action.run();
            } else {
                closeActions.add(action);
            }
        });
    }

    @Override
    public boolean writeQueueFull() {
        return writer.waitingBytes() > settings.outgoingBytesMax() / 4;
    }

    @Override
    public void onDrain(Runnable action) {
        onLoop(() -> {
            drainActions.add(action);
            drained();
        });
    }

    @Override
    public PeerIdentity peer() {
        return peer;
    }

    @Override
    public String remoteAddress() {
        return String.valueOf(socket.remoteAddress());
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public String toString() {
        return peer.uri() + " at " + remoteAddress();
    }
}
