package io.catena.client.object;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.Random;

/// Streams that hold those who use them to the rules.
final class TestStreams {
    private TestStreams() {}

    /// A body, paused, in pieces of random sizes; gives no more than was fetched.
    static final class Body implements ReadStream<Buffer> {
        private final Vertx vertx;
        private final byte[] bytes;
        private final Random random = new Random(9);
        private Handler<Buffer> handler;
        private Handler<Void> endHandler;
        private Handler<Throwable> exceptionHandler;
        private long demand;
        private int at;
        private boolean ended;
        /// Fails when so much was given.
        int failsAt = Integer.MAX_VALUE;

        Body(Vertx vertx, byte[] bytes) {
            this.vertx = vertx;
            this.bytes = bytes;
        }

        int givenBytes() {
            return at;
        }

        private void emit() {
            if (ended || demand == 0) {
                return;
            }
            if (at >= failsAt) {
                ended = true;
                exceptionHandler.handle(new IllegalStateException("the client is gone"));
            } else if (at < bytes.length) {
                demand--;
                int end = Math.min(bytes.length, at + random.nextInt(1, 70_000));
                Buffer piece = Buffer.buffer(java.util.Arrays.copyOfRange(bytes, at, end));
                at = end;
                handler.handle(piece);
                vertx.runOnContext(_ -> emit());
            } else {
                ended = true;
                endHandler.handle(null);
            }
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            demand += amount;
            vertx.runOnContext(_ -> emit());
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            demand = 0;
            return this;
        }

        @Override
        public ReadStream<Buffer> resume() {
            return fetch(Integer.MAX_VALUE);
        }

        @Override
        public ReadStream<Buffer> handler(Handler<Buffer> value) {
            handler = value;
            return this;
        }

        @Override
        public ReadStream<Buffer> endHandler(Handler<Void> value) {
            endHandler = value;
            return this;
        }

        @Override
        public ReadStream<Buffer> exceptionHandler(Handler<Throwable> value) {
            exceptionHandler = value;
            return this;
        }
    }

    /// A client that takes its time.
    static final class Out implements WriteStream<Buffer> {
        final Buffer taken = Buffer.buffer();
        private final Vertx vertx;
        private Handler<Void> drainHandler = _ -> {};
        private boolean full;
        int failsAt = Integer.MAX_VALUE;

        Out(Vertx vertx) {
            this.vertx = vertx;
        }

        @Override
        public Future<Void> write(Buffer data) {
            if (full) {
                throw new AssertionError("written while full");
            }
            taken.appendBuffer(data);
            full = taken.length() % 3 != 0;
            if (taken.length() >= failsAt) {
                Promise<Void> gone = Promise.promise();
                vertx.runOnContext(_ -> gone.fail(new IllegalStateException("the client is gone")));
                return gone.future();
            }
            if (full) {
                vertx.runOnContext(_ -> {
                    full = false;
                    drainHandler.handle(null);
                });
            }
            return Future.succeededFuture();
        }

        @Override
        public boolean writeQueueFull() {
            return full;
        }

        @Override
        public WriteStream<Buffer> drainHandler(Handler<Void> value) {
            drainHandler = value;
            return this;
        }

        @Override
        public Future<Void> end() {
            throw new AssertionError("the caller ends it");
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(Handler<Throwable> value) {
            return this;
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int size) {
            return this;
        }
    }
}
