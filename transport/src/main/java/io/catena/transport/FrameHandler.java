package io.catena.transport;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// What a connection calls, always on its own Vert.x context, in the order of arrival.
public interface FrameHandler {
    /// The handshake is done; messages may be sent.
    default void onOpened(FrameConnection connection) {}

    /// A one-way message. What it throws closes the connection: there is nobody to tell.
    void onMessage(FrameConnection from, int kind, Buffer payload);

    /// A request. A failed future, or what it throws, is answered as a failure;
    /// [FrameException.Refused] with its message, anything else is also logged.
    Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload);

    /// Nothing comes from this connection any more. Called once, for each opened connection.
    default void onClosed(FrameConnection connection) {}
}
