package io.catena.server.system;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Bytes that no disk holds: what stands at an offset follows from the offset, and no block is like
/// another one.
final class MadeBytes extends InputStream {
    private static final int CHUNK_BYTES = 1 << 16;

    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final long endBytes;
    private long atBytes;
    private long chunkAtBytes = -1;

    MadeBytes(long fromBytes, long lengthBytes) {
        atBytes = fromBytes;
        endBytes = fromBytes + lengthBytes;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (atBytes == endBytes) {
            return -1;
        }
        fill(atBytes / CHUNK_BYTES * CHUNK_BYTES);
        int from = (int) (atBytes - chunkAtBytes);
        int count = (int) Math.min(Math.min(length, CHUNK_BYTES - from), endBytes - atBytes);
        System.arraycopy(chunk, from, into, offset, count);
        atBytes += count;
        return count;
    }

    private void fill(long startBytes) {
        if (startBytes == chunkAtBytes) {
            return;
        }
        chunkAtBytes = startBytes;
        ByteBuffer out = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (long word = startBytes / Long.BYTES; out.hasRemaining(); word++) {
            out.putLong(mixed(word));
        }
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    private static long mixed(long word) {
        long z = word * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
