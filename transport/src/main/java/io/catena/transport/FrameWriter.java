package io.catena.transport;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicLong;

/// Puts frames on a socket and counts the bytes that wait for it. Small frames of one turn of the
/// event loop leave together: one TLS record and one system call instead of one each.
///
/// [#reserve] and [#release] may be called from any thread, all else on the connection's context
/// only.
final class FrameWriter {
    /// Payloads above this are written without a copy.
    private static final int COPIED_BYTES_MAX = 16 << 10;
    /// A batch leaves early when it is this large.
    private static final int BATCH_BYTES_MAX = 64 << 10;

    private final NetSocket socket;
    private final Context context;
    private final AtomicLong waitingBytes = new AtomicLong();
    private Buffer batch = Buffer.buffer();
    private boolean flushScheduled;
    private Runnable onWritten = () -> {};

    FrameWriter(NetSocket socket, Context context) {
        this.socket = socket;
        this.context = context;
    }

    void onWritten(Runnable action) {
        onWritten = action;
    }

    long waitingBytes() {
        return waitingBytes.get();
    }

    /// Takes room for a frame in the outgoing bound.
    ///
    /// @return false, and takes nothing, when there is none
    boolean reserve(int sizeBytes, long boundBytes) {
        if (waitingBytes.addAndGet(sizeBytes) <= boundBytes) {
            return true;
        }
        release(sizeBytes);
        return false;
    }

    /// Gives room back that was reserved for a frame which is not written.
    void release(int sizeBytes) {
        waitingBytes.addAndGet(-sizeBytes);
    }

    /// Writes a frame for which room was reserved.
    void write(Frame frame) {
        frame.appendHeader(batch);
        if (frame.payload().length() > COPIED_BYTES_MAX) {
            flush();
            toSocket(frame.payload());
            return;
        }
        batch.appendBuffer(frame.payload());
        if (batch.length() >= BATCH_BYTES_MAX) {
            flush();
        } else if (!flushScheduled) {
            flushScheduled = true;
            context.runOnContext(_ -> flush());
        }
    }

    private void flush() {
        flushScheduled = false;
        if (batch.length() > 0) {
            Buffer full = batch;
            batch = Buffer.buffer();
            toSocket(full);
        }
    }

    private void toSocket(Buffer bytes) {
        int sizeBytes = bytes.length();
        // A failed write closes the socket, which is what the connection reacts to.
        socket.write(bytes).onComplete(_ -> {
            waitingBytes.addAndGet(-sizeBytes);
            onWritten.run();
        });
    }
}
