package io.catena.client.chain;

import io.catena.protocol.chain.BodyRef;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// Sends one body to the head of a chain. One chunk at a time.
public interface BodyWriter {
    /// Sends the next chunk: a multiple of a page, except the last; at most
    /// [io.catena.protocol.message.BodyMessage#CHUNK_BYTES_MAX].
    Future<Void> write(Buffer chunk);

    /// The reference for the update, after the last chunk.
    BodyRef finish();

    /// Gives the body up.
    void abandon();
}
