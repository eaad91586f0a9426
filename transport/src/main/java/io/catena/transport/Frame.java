package io.catena.transport;

import io.vertx.core.buffer.Buffer;

/// One frame, all numbers big-endian:
///
/// ```
/// length u32 (of the payload) · kind u8 · correlation u64 · payload
///
/// kind  0x01–0xef  the user's: one-way when correlation is 0, else a request
///       0xf0 hello (first frame in each direction): magic u32 · protocol version i32 · cluster id
///       0xf1 ping   0xf2 pong   0xf3 answer to `correlation`   0xf4 failure of it: text
/// ```
record Frame(int kind, long correlation, Buffer payload) {
    static final int HEADER_BYTES = 13;
    static final int HELLO = 0xf0;
    static final int PING = 0xf1;
    static final int PONG = 0xf2;
    static final int ANSWER = 0xf3;
    static final int FAILURE = 0xf4;

    private static final Buffer NOTHING = Buffer.buffer(0);

    static Frame bare(int kind) {
        return new Frame(kind, 0, NOTHING);
    }

    int sizeBytes() {
        return HEADER_BYTES + payload.length();
    }

    void appendHeader(Buffer to) {
        to.appendInt(payload.length()).appendByte((byte) kind).appendLong(correlation);
    }
}
