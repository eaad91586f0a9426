package io.catena.s3;

import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Reply;
import io.catena.s3.http.RequestIds;
import io.catena.s3.http.S3Operation;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request from its head to the end of its answer: every one gets an answer, a log line, and
/// its connection back in a known state.
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    /// What is read of a refused body so that the connection can go on.
    private static final long DRAIN_BYTES_MAX = 1024 * 1024;
    /// How long a connection that is to be closed is still read, so that the answer is not lost to
    /// a reset.
    private static final long LINGER_MILLIS = 2_000;

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final S3Observer observer;
    private final RequestIds ids;
    private final long begunNanos = System.nanoTime();
    private String operation = "Unknown";
    private String resource = "";
    private boolean closing;
    private long drainedBytes;

    Exchange(Vertx vertx, HttpServerRequest http, S3Observer observer) {
        this.vertx = vertx;
        this.http = http;
        this.observer = observer;
        http.pause();
        // A client that goes away fails whatever reads or writes; there is nothing more to do here.
        http.exceptionHandler(_ -> { });
        http.response().exceptionHandler(_ -> { });
        this.ids = Reply.begin(http);
    }

    RequestIds ids() {
        return ids;
    }

    void onParsed(S3Request request) {
        resource = request.resource();
    }

    void onRouted(S3Operation routed) {
        operation = routed.apiName();
    }

    /// Ends the request as `answered` says.
    void settle(Future<Void> answered) {
        answered.recover(this::tell).onComplete(_ -> {
            drain();
            onAnswered();
        });
    }

    private Future<Void> tell(Throwable failure) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            LOG.debug("{} {}: the client went away", ids.requestId(), operation);
            return Future.failedFuture(failure);
        }
        S3Exception told = S3Exception.of(failure);
        if (told.error() == S3Error.INTERNAL_ERROR) {
            LOG.error("{} {} {} failed", ids.requestId(), operation, http.method(), failure);
        }
        if (response.headWritten()) {
            // The status is out already: only a cut connection tells the client.
            cut();
            return Future.succeededFuture();
        }
        if (told.error() != S3Error.NOT_MODIFIED) {
            Reply.reset(response, ids);
        }
        closing = mustClose();
        if (closing) {
            response.putHeader("Connection", "close");
        }
        return Reply.error(http, ids, resource, told);
    }

    /// Whether more of the body is to come than is worth reading, or nobody knows whether it comes.
    private boolean mustClose() {
        if (http.isEnded()) {
            return false;
        }
        String length = http.getHeader("content-length");
        boolean unknown = http.headers().contains("transfer-encoding")
                || http.headers().contains("expect")
                || http.decoderResult().isFailure();
        return unknown || length != null
                && (!length.matches("[0-9]{1,18}")
                || Long.parseLong(length) - http.bytesRead() > DRAIN_BYTES_MAX);
    }

    private void drain() {
        if (!http.isEnded() && !http.response().closed()) {
            http.handler(bytes -> {
                drainedBytes += bytes.length();
                if (drainedBytes > DRAIN_BYTES_MAX) {
                    cut();
                }
            });
            http.endHandler(_ -> { });
            http.resume();
        }
        if (closing) {
            vertx.setTimer(LINGER_MILLIS, _ -> cut());
        }
    }

    /// Nothing more of this request, either way.
    private void cut() {
        http.connection().close();
    }

    private void onAnswered() {
        long nanos = System.nanoTime() - begunNanos;
        HttpServerResponse response = http.response();
        if (LOG.isDebugEnabled()) {
            // Never the query: a presigned one is as good as a key.
            LOG.debug("{} {} {} {} {} in {} out {} {} us", ids.requestId(), operation,
                    http.method(), resource, response.getStatusCode(), http.bytesRead(),
                    response.bytesWritten(), TimeUnit.NANOSECONDS.toMicros(nanos));
        }
        observer.onAnswered(operation, response.getStatusCode(), http.bytesRead(),
                response.bytesWritten(), nanos);
    }
}
