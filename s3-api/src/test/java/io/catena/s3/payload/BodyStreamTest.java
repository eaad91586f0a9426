package io.catena.s3.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.error.S3Exception;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pieces here are small enough to be digested at once, so nothing needs waiting for.
final class BodyStreamTest {
    private final Vertx vertx = Vertx.vertx();
    private final FakeSource source = new FakeSource();
    private final List<String> told = new ArrayList<>();
    private BodyStream body;

    @BeforeEach
    void open() {
        body = new BodyStream(source, new Framing.Plain(4), new Digests(Set.of()),
                vertx.getOrCreateContext(), () -> told.add("start"));
        body.handler(bytes -> told.add(bytes.toString()));
        body.endHandler(_ -> told.add("end"));
        body.exceptionHandler(failure -> told.add(
                failure instanceof S3Exception known ? known.error().code() : "failure"));
    }

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void shouldTakeNothingFromTheSourceWithoutDemand() {
        assertThat(source.fetched).isZero();
        body.fetch(1);
        assertThat(source.fetched).isEqualTo(1);
        source.handler.handle(Buffer.buffer("ab"));
        assertThat(source.fetched).isEqualTo(1);
        assertThat(told).containsExactly("start", "ab");
    }

    @Test
    void shouldEndOnceAfterTheLastByte() {
        body.resume();
        source.handler.handle(Buffer.buffer("ab"));
        source.handler.handle(Buffer.buffer("cd"));
        source.endHandler.handle(null);
        assertThat(told).containsExactly("start", "ab", "cd", "end");
    }

    @Test
    void shouldFailOnceWhenTheBodyIsShort() {
        body.resume();
        source.handler.handle(Buffer.buffer("ab"));
        source.endHandler.handle(null);
        source.exceptionHandler.handle(new IllegalStateException("late"));
        assertThat(told).containsExactly("start", "ab", "IncompleteBody");
    }

    @Test
    void shouldFailWithoutGivingOutBytesBeyondTheLength() {
        body.resume();
        source.handler.handle(Buffer.buffer("abcde"));
        assertThat(told).containsExactly("start", "IncompleteBody");
    }

    @Test
    void shouldTellAFailureToWhoeverListensLater() {
        body.exceptionHandler(null);
        source.exceptionHandler.handle(new IllegalStateException("gone"));
        body.exceptionHandler(_ -> told.add("late failure"));
        body.resume();
        assertThat(told).containsExactly("late failure");
    }

    /// Counts what is asked of it; tests speak through its handlers.
    private static final class FakeSource implements ReadStream<Buffer> {
        private long fetched;
        private Handler<Buffer> handler;
        private Handler<Void> endHandler;
        private Handler<Throwable> exceptionHandler;

        @Override
        public FakeSource handler(Handler<Buffer> newHandler) {
            handler = newHandler;
            return this;
        }

        @Override
        public FakeSource endHandler(Handler<Void> newHandler) {
            endHandler = newHandler;
            return this;
        }

        @Override
        public FakeSource exceptionHandler(Handler<Throwable> newHandler) {
            exceptionHandler = newHandler;
            return this;
        }

        @Override
        public FakeSource pause() {
            return this;
        }

        @Override
        public FakeSource resume() {
            return this;
        }

        @Override
        public FakeSource fetch(long amount) {
            fetched += amount;
            return this;
        }
    }
}
