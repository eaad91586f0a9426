package io.catena.chain.link.tcp;

import io.catena.chain.link.BodyAnswer;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.DigestMessage;
import io.catena.protocol.wire.BodyWire;
import io.catena.protocol.wire.DigestWire;
import io.catena.protocol.wire.NodeWire;
import io.catena.protocol.wire.WireReader;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/// What storage nodes say in frames, by kind:
///
/// | kind | what | payload |
/// |---|---|---|
/// | 0x01 | one-way: an envelope | `ChainWire` |
/// | 0x02 | request: a client message; answer: its reply | `ClientWire` |
/// | 0x03 | request: a body message; answer: its reply | `BodyWire`, then the bytes |
/// | 0x04 | request: a digest question; answer: the digest | `DigestWire` |
///
/// The node that a request is for stands in front of it (`NodeWire`); an envelope names it itself.
public final class NodeFrames {
    public static final int ENVELOPE = 0x01;
    public static final int CLIENT = 0x02;
    public static final int BODY = 0x03;
    public static final int DIGEST = 0x04;

    private NodeFrames() {}

    /// A body message and the bytes behind it.
    public record BodyRequest(BodyMessage message, Buffer bytes) {}

    public static Buffer encode(NodeId to, BodyMessage message, Buffer bytes) {
        return request(to, BodyWire.encode(message)).appendBuffer(bytes);
    }

    public static Buffer encode(NodeId to, DigestMessage.Question question) {
        return request(to, DigestWire.encode(question));
    }

    private static Buffer request(NodeId to, byte[] message) {
        return Buffer.buffer(NodeWire.head(to)).appendBytes(message);
    }

    /// A request and the node that it is for.
    public record Addressed(NodeId to, Buffer message) {}

    /// @throws io.catena.protocol.wire.WireException when no node stands in front
    public static Addressed decodeAddress(Buffer payload) {
        return new Addressed(NodeWire.addressee(
                payload.getBytes(0, Math.min(NodeWire.HEAD_BYTES, payload.length()))),
                payload.slice(NodeWire.HEAD_BYTES, payload.length()));
    }

    /// @throws io.catena.protocol.wire.WireException when the bytes are not a body message
    public static BodyRequest decodeRequest(Buffer payload) {
        byte[] all = payload.getBytes();
        WireReader in = new WireReader(ByteBuffer.wrap(all));
        BodyMessage message = BodyWire.message(in);
        return new BodyRequest(message, payload.slice(in.position(), payload.length()));
    }

    public static Buffer encode(BodyAnswer answer) {
        return Buffer.buffer(BodyWire.encode(answer.reply())).appendBuffer(answer.bytes());
    }

    /// @throws io.catena.protocol.wire.WireException when the bytes are not a body reply
    public static BodyAnswer decodeAnswer(Buffer payload) {
        byte[] all = payload.getBytes();
        WireReader in = new WireReader(ByteBuffer.wrap(all));
        BodyReply reply = BodyWire.reply(in);
        return new BodyAnswer(reply, payload.slice(in.position(), payload.length()));
    }
}
