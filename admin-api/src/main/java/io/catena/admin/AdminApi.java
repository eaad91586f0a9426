package io.catena.admin;

import io.catena.protocol.chain.ReadLevel;
import io.catena.s3.auth.Authenticator;
import io.catena.s3.auth.PayloadMode;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Query;
import io.catena.s3.http.RequestIds;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin API. A request is authenticated, must be an administrator's, is routed, and only then
/// looked at closer. For one event loop.
public final class AdminApi implements Handler<HttpServerRequest> {
    /// What signatures must name as their service: other than S3's, so that a request that was
    /// signed for S3, or a presigned URL that was given away, is of no use here.
    public static final String SERVICE = "catena";

    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    private static final String DOCUMENT_PATH = Endpoint.ROOT + "/openapi.json";
    private static final int REQUEST_LINE_BYTES_MAX = 8 * 1024;
    private static final int HEADERS_BYTES_MAX = 16 * 1024;
    private static final int IDLE_SECONDS_MAX = 60;
    private static final Set<String> READ_PARAMETERS = Set.of("limit", "after");
    private static final Set<String> CHANGE_PARAMETERS = Set.of("dryRun");

    private final Authenticator authenticator;
    private final Endpoints endpoints;
    private final InstantSource clock;
    private final FailureRate failures = new FailureRate();
    private final Buffer document = document();

    /// @param region that signatures must name, as those of S3
    public AdminApi(Administration cluster, String region, InstantSource clock) {
        this.authenticator = new Authenticator(cluster.storage(), SERVICE, region, clock);
        this.endpoints = new Endpoints(cluster, clock);
        this.clock = clock;
    }

    /// Sets the limits of the protocol; TLS and address are the caller's.
    public static HttpServerOptions limits(HttpServerOptions options) {
        return options
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(HEADERS_BYTES_MAX)
                .setIdleTimeout(IDLE_SECONDS_MAX)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false);
    }

    private static Buffer document() {
        try (InputStream in = AdminApi.class.getResourceAsStream("openapi.json")) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handle(HttpServerRequest http) {
        http.pause();
        // A client that goes away fails whatever reads or writes; there is nothing more to do here.
        http.exceptionHandler(_ -> { });
        http.response().exceptionHandler(_ -> { });
        RequestIds ids = RequestIds.next();
        http.response().putHeader("x-amz-request-id", ids.requestId())
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        if (http.uri().equals(DOCUMENT_PATH) && http.method().name().equals("GET")) {
            json(http.response(), 200, document);
            release(http);
            return;
        }
        Future.succeededFuture().compose(_ -> answer(http, ids))
                .otherwise(failure -> refusal(http, ids, failure))
                .onSuccess(reply -> send(http, reply));
    }

    private Future<AdminReply> answer(HttpServerRequest http, RequestIds ids) {
        SignedRequest signed = authenticated(S3Request.ofOtherApi(http, ids), http);
        S3Request request = signed.request();
        Endpoints.Route route = endpoints.route(request.method(), request.rawPath());
        boolean reads = request.method().equals("GET");
        checkParameters(request.query(), reads ? READ_PARAMETERS : CHANGE_PARAMETERS);
        boolean dryRun = AdminRequest.dryRun(request.query());
        return fields(signed).compose(fields -> route.endpoint().handle(new AdminRequest(
                        signed.user(), route.path(), request.query(), dryRun, fields)))
                .onSuccess(_ -> {
                    if (!reads && !dryRun) {
                        LOG.info("{} {} {} {} by {}", ids.requestId(), request.method(),
                                request.rawPath(), route.endpoint().getClass().getSimpleName(),
                                signed.user().id());
                    }
                });
    }

    private SignedRequest authenticated(S3Request request, HttpServerRequest http) {
        String address = http.remoteAddress().hostAddress();
        if (failures.isExceeded(address, clock.millis())) {
            throw AdminError.TOO_MANY_FAILURES.exception(
                    "Too many requests from this address were refused: wait a minute.");
        }
        try {
            // A URL is kept in too many places to be as good as a key.
            request.header("authorization").orElseThrow(S3Error.ACCESS_DENIED::exception);
            SignedRequest signed = authenticator.authenticate(request, ReadLevel.STRONG);
            if (!(signed.payload() instanceof PayloadMode.Literal)) {
                throw S3Error.ACCESS_DENIED.exception("The body must be signed as a whole.");
            }
            if (!signed.user().administrator()) {
                throw S3Error.ACCESS_DENIED.exception("This is for administrators.");
            }
            return signed;
        } catch (S3Exception e) {
            failures.add(address, clock.millis());
            throw e;
        }
    }

    /// A misspelt `dryRun` must not do what was only to be tried.
    private static void checkParameters(Query query, Set<String> known) {
        query.parameters().stream().map(Query.Parameter::name)
                .filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
                    throw AdminError.INVALID_ARGUMENT.exception(
                            "There is no parameter " + name + " here.");
                });
    }

    private static Future<Fields> fields(SignedRequest signed) {
        return switch (signed.request().method()) {
            case "POST", "PATCH" -> JsonBody.read(signed);
            default -> {
                JsonBody.refuse(signed.request());
                yield Future.succeededFuture(Fields.NONE);
            }
        };
    }

    private static AdminReply refusal(
            HttpServerRequest http, RequestIds ids, Throwable failure) {
        AdminException told = AdminException.of(failure);
        if (told.status() == 500) {
            LOG.error("{} {} {} failed", ids.requestId(), http.method(), http.path(), failure);
        } else {
            LOG.debug("{} {} {} refused: {}", ids.requestId(), http.method(), http.path(),
                    told.code());
        }
        if (told.status() == 503 || told.status() == 429) {
            http.response().putHeader("Retry-After", told.status() == 503 ? "1" : "60");
        }
        return AdminReply.error(told, ids.requestId());
    }

    private static void send(HttpServerRequest http, AdminReply reply) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        reply.body().ifPresentOrElse(body -> json(response, reply.status(), body.toBuffer()),
                () -> response.setStatusCode(reply.status()).end());
        release(http);
    }

    private static void json(HttpServerResponse response, int status, Buffer body) {
        response.setStatusCode(status).putHeader("Content-Type", "application/json").end(body);
    }

    /// The connection goes on when what is left of the body is worth reading.
    private static void release(HttpServerRequest http) {
        if (http.isEnded()) {
            return;
        }
        String length = http.getHeader("content-length");
        boolean none = length == null && !http.headers().contains("transfer-encoding");
        boolean little = length != null && length.matches("[0-9]{1,6}")
                && Integer.parseInt(length) <= JsonBody.BYTES_MAX
                && !http.headers().contains("expect");
        if (none || little) {
            http.handler(_ -> { });
            http.resume();
        } else {
            http.connection().close();
        }
    }
}
