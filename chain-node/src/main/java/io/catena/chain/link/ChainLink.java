package io.catena.chain.link;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.DigestMessage;
import io.catena.protocol.message.Envelope;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// How the nodes of a server reach the other nodes of their chains.
///
/// Envelopes to the nodes of one server arrive in the order in which they were sent, or, from some
/// moment on, not at all until the connection is made anew; then `linkUp` of the [LinkListener] is
/// called before anything else is sent. Bodies travel on a connection of their own and may come
/// earlier or later.
public interface ChainLink {
    /// Sends, or loses it with everything after it until the next `linkUp`.
    void send(Envelope envelope);

    /// Sends a chunk of a body ahead; fails when the node cannot be reached or refuses.
    Future<BodyAnswer> exchange(NodeId node, BodyMessage message, Buffer bytes);

    /// Asks the node for a digest of its index.
    Future<DigestMessage.Answer> ask(NodeId node, DigestMessage.Question question);

    /// Whether so much is on its way to the node that no more should be sent ahead now.
    boolean isBusy(NodeId node);
}
