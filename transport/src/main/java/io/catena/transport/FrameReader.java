package io.catena.transport;

import io.catena.protocol.wire.WireException;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/// Cuts a byte stream into frames. A length beyond the bound is refused before anything is
/// allocated.
final class FrameReader {
    private final int frameBytesMax;
    private final Consumer<Frame> onFrame;
    private Buffer header = Buffer.buffer(Frame.HEADER_BYTES);
    /// Null while the header is incomplete.
    private Buffer payload;
    private int payloadBytes;

    FrameReader(int frameBytesMax, Consumer<Frame> onFrame) {
        this.frameBytesMax = frameBytesMax;
        this.onFrame = onFrame;
    }

    /// @throws WireException when the stream is not what a peer of this cluster sends
    void read(Buffer chunk) {
        int at = 0;
        while (at < chunk.length()) {
            at += payload == null ? readHeader(chunk, at) : readPayload(chunk, at);
            if (payload != null && payload.length() == payloadBytes) {
                finish();
            }
        }
    }

    private int readHeader(Buffer chunk, int at) {
        int count = Math.min(Frame.HEADER_BYTES - header.length(), chunk.length() - at);
        header.appendBuffer(chunk, at, count);
        if (header.length() == Frame.HEADER_BYTES) {
            long length = header.getUnsignedInt(0);
            if (length > frameBytesMax) {
                throw new WireException("frame of " + length + " bytes, at most " + frameBytesMax);
            }
            payloadBytes = (int) length;
            payload = Buffer.buffer(payloadBytes);
        }
        return count;
    }

    private int readPayload(Buffer chunk, int at) {
        int count = Math.min(payloadBytes - payload.length(), chunk.length() - at);
        payload.appendBuffer(chunk, at, count);
        return count;
    }

    private void finish() {
        Frame frame = new Frame(header.getUnsignedByte(4), header.getLong(5), payload);
        header = Buffer.buffer(Frame.HEADER_BYTES);
        payload = null;
        onFrame.accept(frame);
    }
}
