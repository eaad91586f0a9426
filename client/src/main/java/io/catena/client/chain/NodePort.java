package io.catena.client.chain;

import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// A storage node as clients reach it: over the network, or in the same process. A failed future
/// means that the outcome is not known.
public interface NodePort {
    Future<ClientReply> ask(ClientMessage message, long timeoutMillis);

    Future<BodyExchange> body(BodyMessage message, Buffer bytes, long timeoutMillis);

    /// A node's answer about a body, with the bytes when there are any.
    record BodyExchange(BodyReply reply, Buffer bytes) {}
}
