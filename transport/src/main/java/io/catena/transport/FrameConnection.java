package io.catena.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// An open connection to an identified peer. All methods may be called from any thread; what they
/// call back runs on [#context()]. Frames arrive in the order in which one thread sent them, or not
/// at all once the connection is closed. Payloads must not be changed after they are given away.
public interface FrameConnection {
    /// Kinds above this one belong to the transport.
    int KIND_MAX = 0xef;

    /// Sends a one-way message.
    ///
    /// @param kind 1 to [#KIND_MAX]
    /// @return false when it was dropped: the connection is closed, or too many bytes wait
    boolean send(int kind, Buffer payload);

    /// Sends a request. The future fails with a [FrameException] that says why there is no answer.
    ///
    /// @param kind 1 to [#KIND_MAX]
    Future<Buffer> request(int kind, Buffer payload, long timeoutMillis);

    /// Who the peer's certificate says it is.
    PeerIdentity peer();

    /// Where the peer is, for logs.
    String remoteAddress();

    Context context();

    /// Closes at once; requests without an answer fail.
    void close();

    boolean isClosed();

    /// Runs `action` when the connection is closed, at once when it already is.
    void onClose(Runnable action);

    /// A quarter of the outgoing bound waits for the socket: a good moment to send no more for now.
    boolean writeQueueFull();

    /// Runs `action` once when [#writeQueueFull()] is over, soon when it is not full now; never
    /// when the connection closes first.
    void onDrain(Runnable action);
}
