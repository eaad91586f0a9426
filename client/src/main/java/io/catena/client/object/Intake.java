package io.catena.client.object;

import io.catena.client.chain.StorageException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/// Takes a body in, so many bytes at a time, and no more from the client than that (and what the
/// stream hands out at once).
final class Intake {
    private final ReadStream<Buffer> body;
    /// Negative: it ends where it ends.
    private final long lengthBytes;
    private Buffer pending = Buffer.buffer();
    private long receivedBytes;
    private boolean ended;
    private Throwable failure;
    private int wantedBytes;
    private boolean fewerWill;
    private Promise<Buffer> waiting;

    /// Of a body whose length nobody knows: to be taken with [#upTo].
    static Intake toTheEnd(ReadStream<Buffer> body) {
        return new Intake(body, -1);
    }

    Intake(ReadStream<Buffer> body, long lengthBytes) {
        this.body = body;
        this.lengthBytes = lengthBytes;
        body.exceptionHandler(this::fail);
        body.endHandler(_ -> onEnd());
        body.handler(this::onBytes);
    }

    /// The next `count` bytes; fails when the body ends before.
    Future<Buffer> next(int count) {
        return take(count, false);
    }

    /// The next `count` bytes, or fewer when the body ends before.
    Future<Buffer> upTo(int count) {
        return take(count, true);
    }

    private Future<Buffer> take(int count, boolean orFewer) {
        fewerWill = orFewer;
        waiting = Promise.promise();
        wantedBytes = count;
        Future<Buffer> future = waiting.future();
        serve();
        return future;
    }

    /// Completes when the body ends where it should.
    Future<Void> end() {
        return next(0).mapEmpty();
    }

    private void onBytes(Buffer bytes) {
        receivedBytes += bytes.length();
        if (lengthBytes >= 0 && receivedBytes > lengthBytes) {
            fail(wrongLength("more than"));
            return;
        }
        pending.appendBuffer(bytes);
        serve();
    }

    private void onEnd() {
        ended = true;
        if (receivedBytes < lengthBytes) {
            fail(wrongLength("only"));
        } else {
            serve();
        }
    }

    private StorageException wrongLength(String how) {
        return new StorageException(StorageException.Kind.UNAVAILABLE,
                "the body has %s %d of %d bytes".formatted(
                        how, Math.min(receivedBytes, lengthBytes), lengthBytes));
    }

    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        serve();
    }

    private void serve() {
        if (waiting == null) {
            return;
        }
        if (failure != null) {
            take().fail(failure);
        } else if (wantedBytes == 0 ? ended : pending.length() >= wantedBytes) {
            serve(wantedBytes);
        } else if (ended && fewerWill) {
            serve(pending.length());
        } else if (!ended) {
            body.fetch(1);
        }
    }

    private void serve(int count) {
        Buffer served = pending.slice(0, count);
        // A copy: a slice would keep the whole of it in memory.
        pending = pending.getBuffer(count, pending.length());
        take().complete(served);
    }

    private Promise<Buffer> take() {
        Promise<Buffer> promise = waiting;
        waiting = null;
        return promise;
    }
}
