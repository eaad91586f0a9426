package io.catena.server;

import io.catena.transport.KeyAndCertificate;
import io.catena.transport.Tls;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The certificate that a port for everybody shows, on all its event loops.
final class PublicTls {
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile KeyAndCertificate shown;

    PublicTls(KeyAndCertificate shown) {
        this.shown = shown;
    }

    KeyAndCertificate shown() {
        return shown;
    }

    HttpServerOptions options(String host, int port) {
        return Tls.serverOptions(new HttpServerOptions().setHost(host).setPort(port), shown);
    }

    /// A server with [#options] that is about to listen.
    HttpServer serving(HttpServer server) {
        servers.add(server);
        return server;
    }

    /// Fails, and nothing changes, when key and certificate do not fit.
    Future<Void> show(KeyAndCertificate next) {
        var options = Tls.serverOptions(new HttpServerOptions(), next).getSslOptions();
        return Future.join(servers.stream().map(server -> server.updateSSLOptions(options)).toList())
                .onSuccess(_ -> shown = next).mapEmpty();
    }
}
