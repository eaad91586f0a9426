package io.catena.chain.link;

import io.catena.protocol.message.BodyReply;
import io.vertx.core.buffer.Buffer;

/// A node's answer about a body, with the bytes when there are any.
public record BodyAnswer(BodyReply reply, Buffer bytes) {
    public static BodyAnswer of(BodyReply reply) {
        return new BodyAnswer(reply, Buffer.buffer());
    }
}
