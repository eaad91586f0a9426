package io.catena.client.chain;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.wire.BodyWire;
import io.catena.protocol.wire.ClientWire;
import io.catena.protocol.wire.NodeWire;
import io.catena.protocol.wire.WireReader;
import io.catena.transport.KeptConnection;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// A storage node over the network.
///
/// @param connection to its server, kept up for requests and bodies of clients
/// @param clientKind frame kind of client messages
/// @param bodyKind frame kind of body messages
public record RemoteNode(
        NodeId node, KeptConnection connection, int clientKind, int bodyKind) implements NodePort {
    private Buffer head() {
        return Buffer.buffer(NodeWire.head(node));
    }

    @Override
    public Future<ClientReply> ask(ClientMessage message, long timeoutMillis) {
        return connection
                .request(clientKind, head().appendBytes(ClientWire.encode(message)), timeoutMillis)
                .map(answer -> ClientWire.decodeReply(answer.getBytes()));
    }

    @Override
    public Future<BodyExchange> body(BodyMessage message, Buffer bytes, long timeoutMillis) {
        Buffer payload = head().appendBytes(BodyWire.encode(message)).appendBuffer(bytes);
        return connection.request(bodyKind, payload, timeoutMillis).map(answer -> {
            WireReader in = new WireReader(answer.getBytes());
            BodyReply reply = BodyWire.reply(in);
            return new BodyExchange(reply, answer.slice(in.position(), answer.length()));
        });
    }
}
