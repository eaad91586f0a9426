package io.catena.server;

import io.catena.chain.node.StorageNode;
import io.catena.client.chain.NodePort;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;

/// A storage node in this process, reached without the network.
record LocalNode(StorageNode node) implements NodePort {
    @Override
    public Future<ClientReply> ask(ClientMessage message, long timeoutMillis) {
        return node.ask(message).timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public Future<BodyExchange> body(BodyMessage message, Buffer bytes, long timeoutMillis) {
        return node.body(message, bytes)
                .map(answer -> new BodyExchange(answer.reply(), answer.bytes()))
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }
}
