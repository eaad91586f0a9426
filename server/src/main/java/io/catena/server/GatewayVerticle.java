package io.catena.server;

import io.catena.s3.S3Gateway;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/// One event loop's share of the S3 port; several of them listen on the same port.
final class GatewayVerticle extends VerticleBase {
    private static final int IN_FLIGHT_SECONDS_MAX = 5;

    private final PublicTls tls;
    private final HttpServerOptions options;
    private final S3Gateway gateway;
    private HttpServer server;

    GatewayVerticle(PublicTls tls, HttpServerOptions options, S3Gateway gateway) {
        this.tls = tls;
        this.options = options;
        this.gateway = gateway;
    }

    @Override
    public Future<?> start() {
        server = vertx.createHttpServer(options)
                .requestHandler(gateway)
                .invalidRequestHandler(gateway::refuse);
        return tls.listen(server, options);
    }

    /// Takes no new connections, and answers the requests in flight.
    @Override
    public Future<?> stop() {
        return server.shutdown(IN_FLIGHT_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
