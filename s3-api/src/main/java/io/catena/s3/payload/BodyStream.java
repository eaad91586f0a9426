package io.catena.s3.payload;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// A body without its framing, digested on the way. Bytes go on at once; the end is told only after
/// every byte was digested and every signature verified, so nothing unverified becomes visible.
/// Digests are computed on worker threads, one batch of a body at a time; when they fall behind,
/// nothing more is taken from the source. Starts paused; everything but the digests happens on the
/// event loop.
///
/// States: flowing until the source ended or failed; then draining; then ended or failed, once.
final class BodyStream implements ReadStream<Buffer>, Framing.Output {
    private static final int UNDIGESTED_BYTES_MAX = 512 * 1024;
    /// Less than this costs less on the event loop than the way to a worker and back.
    private static final int DIGEST_INLINE_BYTES_MAX = 8 * 1024;

    private final ReadStream<Buffer> source;
    private final Framing framing;
    private final Digests digests;
    private final Context context;
    private final Runnable onStart;

    private final Queue<Buffer> ready = new ArrayDeque<>();
    private List<Runnable> undigested = new ArrayList<>();
    private int undigestedBytes;
    private int digestingBytes;
    private boolean digesting;

    private long demand;
    private boolean started;
    private Throwable failureUntold;
    private boolean fetching;
    private boolean sourceEnded;
    private boolean over;
    private boolean pumping;
    private boolean pumpAgain;

    private Handler<Buffer> handler = _ -> { };
    private Handler<Void> endHandler = _ -> { };
    private Handler<Throwable> exceptionHandler;

    /// @param source paused
    /// @param onStart called before the first byte is asked for
    BodyStream(
            ReadStream<Buffer> source, Framing framing, Digests digests, Context context,
            Runnable onStart) {
        this.source = source;
        this.framing = framing;
        this.digests = digests;
        this.context = context;
        this.onStart = onStart;
        // From now on, not from the first demand on: a client may go away before.
        source.handler(this::onReceived);
        source.endHandler(_ -> onSourceEnd());
        source.exceptionHandler(this::fail);
    }

    @Override
    public BodyStream handler(Handler<Buffer> newHandler) {
        handler = newHandler == null ? _ -> { } : newHandler;
        return this;
    }

    @Override
    public BodyStream endHandler(Handler<Void> newHandler) {
        endHandler = newHandler == null ? _ -> { } : newHandler;
        return this;
    }

    @Override
    public BodyStream exceptionHandler(Handler<Throwable> newHandler) {
        exceptionHandler = newHandler;
        tellFailure();
        return this;
    }

    @Override
    public BodyStream pause() {
        demand = 0;
        return this;
    }

    @Override
    public BodyStream resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public BodyStream fetch(long amount) {
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        pump();
        return this;
    }

    @Override
    public void data(Buffer bytes) {
        ready.add(bytes);
        undigestedBytes += bytes.length();
        undigested.add(() -> digests.update(bytes.getBytes()));
    }

    @Override
    public void chunkEnd(String signature) {
        undigested.add(() -> digests.verifyChunk(signature));
    }

    @Override
    public void trailerEnd(String canonicalTrailer, String signature) {
        undigested.add(() -> digests.verifyTrailer(canonicalTrailer, signature));
    }

    private void onReceived(Buffer received) {
        fetching = false;
        if (!over) {
            attempt(() -> framing.accept(received, this));
            pump();
        }
    }

    private void onSourceEnd() {
        if (!over) {
            sourceEnded = true;
            attempt(() -> framing.end(this));
            pump();
        }
    }

    /// Handlers called from here may call back into this stream; one call works, the others ask it
    /// to look again.
    private void pump() {
        pumpAgain = true;
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (pumpAgain && !over) {
                pumpAgain = false;
                deliver();
                digest();
                take();
                endOnceDone();
            }
        } finally {
            pumping = false;
        }
    }

    private void deliver() {
        while (demand > 0 && !ready.isEmpty() && !over) {
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            handler.handle(ready.remove());
        }
    }

    private void digest() {
        if (digesting || undigested.isEmpty() || over) {
            return;
        }
        List<Runnable> batch = undigested;
        digestingBytes = undigestedBytes;
        undigested = new ArrayList<>();
        undigestedBytes = 0;
        if (digestingBytes <= DIGEST_INLINE_BYTES_MAX) {
            digestingBytes = 0;
            attempt(() -> batch.forEach(Runnable::run));
            return;
        }
        digesting = true;
        // Unordered: a body waits for its own batches only, never for those of other requests.
        context.<Void>executeBlocking(() -> {
            batch.forEach(Runnable::run);
            return null;
        }, false).onComplete(digested -> {
            digesting = false;
            digestingBytes = 0;
            if (digested.failed()) {
                fail(digested.cause());
            }
            pump();
        });
    }

    private void take() {
        boolean behind = undigestedBytes + digestingBytes >= UNDIGESTED_BYTES_MAX;
        if (over || sourceEnded || fetching || behind || demand == 0 || !ready.isEmpty()) {
            return;
        }
        fetching = true;
        if (!started) {
            started = true;
            onStart.run();
        }
        source.fetch(1);
    }

    private void endOnceDone() {
        if (!over && sourceEnded && demand > 0 && ready.isEmpty() && !digesting
                && undigested.isEmpty()) {
            over = true;
            endHandler.handle(null);
        }
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /// Ends the stream with this failure, unless it is over.
    void fail(Throwable failure) {
        if (!over) {
            over = true;
            ready.clear();
            undigested.clear();
            failureUntold = failure;
            tellFailure();
        }
    }

    private void tellFailure() {
        if (failureUntold != null && exceptionHandler != null) {
            Throwable failure = failureUntold;
            failureUntold = null;
            exceptionHandler.handle(failure);
        }
    }
}
