package io.catena.s3;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.Authenticator;
import io.catena.s3.auth.FormAuthenticator;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.ReadLevelHeaders;
import io.catena.s3.http.RefusedHeaders;
import io.catena.s3.http.Reply;
import io.catena.s3.http.Routes;
import io.catena.s3.http.S3Operation;
import io.catena.s3.http.S3Request;
import io.catena.s3.object.PostObject;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The S3 gateway: answers HTTP requests from object storage. A request is parsed, authenticated,
/// routed and only then looked at closer; nothing about what is stored is told before its sender is
/// known. One gateway serves any number of event loops: it has no state of its own but a cache of
/// signing keys.
public final class S3Gateway implements Handler<HttpServerRequest> {
    /// A key of 1,024 bytes, percent-encoded, and a presigned query fit.
    private static final int REQUEST_LINE_BYTES_MAX = 16 * 1024;
    private static final int HEADERS_BYTES_MAX = 32 * 1024;

    private final Vertx vertx;
    private final S3Settings settings;
    private final S3Observer observer;
    private final Authenticator authenticator;
    private final PostObject postObject;
    private final Map<S3Operation, Function<SignedRequest, Future<Void>>> operations;

    /// @param storage called on the event loop of the request
    public S3Gateway(Vertx vertx, ObjectStorage storage, S3Settings settings) {
        this(vertx, storage, settings, S3Observer.NONE);
    }

    /// @param observer told about every answer
    public S3Gateway(
            Vertx vertx, ObjectStorage storage, S3Settings settings, S3Observer observer) {
        this(vertx, storage, settings, observer, InstantSource.system());
    }

    S3Gateway(
            Vertx vertx, ObjectStorage storage, S3Settings settings, S3Observer observer,
            InstantSource clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.observer = observer;
        this.authenticator = new Authenticator(
                storage, Authenticator.S3, settings.region(), clock);
        this.postObject = new PostObject(
                storage, new FormAuthenticator(storage, settings.region(), clock));
        this.operations = Operations.table(storage, settings.region());
    }

    /// Sets the limits of the protocol; TLS and address are the caller's.
    public static HttpServerOptions limits(HttpServerOptions options, S3Settings settings) {
        return options
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(HEADERS_BYTES_MAX)
                .setIdleTimeout(settings.idleTimeoutSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
                .setHttp2ClearTextEnabled(false)
                // A refused upload must not be sent at all: we answer Expect after authentication.
                .setHandle100ContinueAutomatically(false);
    }

    /// For `HttpServer.requestHandler`.
    @Override
    public void handle(HttpServerRequest http) {
        Exchange exchange = new Exchange(vertx, http, observer);
        exchange.settle(answer(http, exchange));
    }

    /// For `HttpServer.invalidRequestHandler`: what could not be parsed as HTTP is refused in S3's
    /// form too.
    public void refuse(HttpServerRequest http) {
        Throwable cause = http.decoderResult().cause();
        // By name: the classes are Netty's, which is Vert.x's business.
        String name = cause == null ? "" : cause.getClass().getSimpleName();
        S3Error error = name.startsWith("TooLongHttpLine") ? S3Error.URI_TOO_LONG
                : name.startsWith("TooLong") ? S3Error.HEADER_TOO_LARGE : S3Error.BAD_REQUEST;
        new Exchange(vertx, http, observer).settle(Future.failedFuture(error.exception()));
    }

    private Future<Void> answer(HttpServerRequest http, Exchange exchange) {
        try {
            S3Request request = S3Request.parse(http, exchange.ids(), settings.domains());
            exchange.onParsed(request);
            if (PostObject.isAskedBy(request)) {
                exchange.onRouted(S3Operation.POST_OBJECT);
                return postObject.handle(request);
            }
            SignedRequest signed = authenticator.authenticate(
                    request, ReadLevelHeaders.of(request));
            RefusedHeaders.check(request);
            S3Operation operation = Routes.of(request);
            exchange.onRouted(operation);
            return operations.get(operation).apply(signed);
        } catch (Throwable e) {
            // An Error too: whatever happens, a request gets an answer.
            return Future.failedFuture(e);
        }
    }
}
