package io.catena.s3.payload;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;

/// Carries an object from a read to a put on the same event loop: what is written comes out of
/// [#body]. A write completes when its bytes were taken, so at most what the reader has under way
/// is held.
public final class CopyPipe implements WriteStream<Buffer> {
    private static final int QUEUED_BYTES_MAX = 256 * 1024;

    private record Queued(Buffer bytes, Promise<Void> taken) {}

    private final Queue<Queued> queue = new ArrayDeque<>();
    private final Source source = new Source();
    private final BodyStream body;
    private int queuedBytes;
    private boolean full;
    private boolean ended;
    private boolean broken;
    private Handler<Void> drainHandler = _ -> { };

    /// @param lengthBytes how much will be written
    public CopyPipe(long lengthBytes, Digests digests) {
        body = new BodyStream(source, new Framing.Plain(lengthBytes), digests,
                Vertx.currentContext(), () -> { });
    }

    /// Paused; digested on the way.
    public ReadStream<Buffer> body() {
        return body;
    }

    /// Carries what `read` writes to `put`, which reads [#body]: completes when `put` does, and
    /// stops the other side when one fails.
    public <T> Future<T> carry(
            Future<T> put, Function<? super WriteStream<Buffer>, Future<Void>> read) {
        read.apply(this).onComplete(_ -> end(), this::fail);
        return put.onFailure(this::close);
    }

    /// The writer cannot go on.
    private void fail(Throwable failure) {
        if (!broken && !ended) {
            body.fail(failure);
            close(failure);
        }
    }

    /// The reader will take nothing more: writes fail, so that the writer stops.
    private void close(Throwable reason) {
        broken = true;
        while (!queue.isEmpty()) {
            queue.remove().taken().tryFail(reason);
        }
        queuedBytes = 0;
        drainHandler.handle(null);
    }

    @Override
    public Future<Void> write(Buffer bytes) {
        if (broken || ended) {
            return Future.failedFuture("the copy has ended");
        }
        Promise<Void> taken = Promise.promise();
        queue.add(new Queued(bytes, taken));
        queuedBytes += bytes.length();
        source.deliver();
        return taken.future();
    }

    @Override
    public Future<Void> end() {
        ended = true;
        source.deliver();
        return Future.succeededFuture();
    }

    @Override
    public boolean writeQueueFull() {
        full = queuedBytes >= QUEUED_BYTES_MAX;
        return full;
    }

    @Override
    public CopyPipe setWriteQueueMaxSize(int maxSize) {
        return this;
    }

    @Override
    public CopyPipe drainHandler(Handler<Void> handler) {
        drainHandler = handler == null ? _ -> { } : handler;
        return this;
    }

    @Override
    public CopyPipe exceptionHandler(Handler<Throwable> handler) {
        return this;
    }

    private final class Source implements ReadStream<Buffer> {
        private long demand;
        private boolean delivering;
        private boolean endTold;
        private Handler<Buffer> handler = _ -> { };
        private Handler<Void> endHandler = _ -> { };

        void deliver() {
            if (delivering) {
                return;
            }
            delivering = true;
            while (demand > 0 && !queue.isEmpty()) {
                demand--;
                Queued next = queue.remove();
                queuedBytes -= next.bytes().length();
                handler.handle(next.bytes());
                next.taken().tryComplete();
            }
            delivering = false;
            tellDrained();
            if (ended && queue.isEmpty() && demand > 0 && !endTold) {
                endTold = true;
                endHandler.handle(null);
            }
        }

        private void tellDrained() {
            if (full && queuedBytes < QUEUED_BYTES_MAX / 2) {
                full = false;
                drainHandler.handle(null);
            }
        }

        @Override
        public Source handler(Handler<Buffer> newHandler) {
            handler = newHandler == null ? _ -> { } : newHandler;
            return this;
        }

        @Override
        public Source endHandler(Handler<Void> newHandler) {
            endHandler = newHandler == null ? _ -> { } : newHandler;
            return this;
        }

        @Override
        public Source exceptionHandler(Handler<Throwable> newHandler) {
            return this;
        }

        @Override
        public Source pause() {
            demand = 0;
            return this;
        }

        @Override
        public Source resume() {
            return fetch(Long.MAX_VALUE);
        }

        @Override
        public Source fetch(long amount) {
            demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
            deliver();
            return this;
        }
    }
}
