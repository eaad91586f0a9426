package io.catena.server;

import io.catena.s3.S3Gateway;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;

/// One event loop's share of the S3 port; several of them listen on the same port.
final class GatewayVerticle extends VerticleBase {
    private final HttpServerOptions options;
    private final S3Gateway gateway;

    GatewayVerticle(HttpServerOptions options, S3Gateway gateway) {
        this.options = options;
        this.gateway = gateway;
    }

    @Override
    public Future<?> start() {
        return vertx.createHttpServer(options)
                .requestHandler(gateway)
                .invalidRequestHandler(gateway::refuse)
                .listen();
    }
}
