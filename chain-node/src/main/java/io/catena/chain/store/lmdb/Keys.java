package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyId;
import java.nio.ByteBuffer;

/// Keys of rows: big-endian numbers one behind the other, so that LMDB's byte order is theirs.
final class Keys {
    private Keys() {}

    static byte[] of(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static byte[] of(long first, long second) {
        return ByteBuffer.allocate(16).putLong(first).putLong(second).array();
    }

    static byte[] of(long shelf, long seq, int index) {
        return ByteBuffer.allocate(20).putLong(shelf).putLong(seq).putInt(index).array();
    }

    static byte[] of(long shelf, BodyId body) {
        return ByteBuffer.allocate(24)
                .putLong(shelf).putLong(body.high()).putLong(body.low()).array();
    }

    static byte[] of(long millis, long shelf, BodyId body) {
        return ByteBuffer.allocate(32).putLong(millis)
                .putLong(shelf).putLong(body.high()).putLong(body.low()).array();
    }
}
