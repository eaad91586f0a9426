package io.catena.server;

import io.catena.transport.KeyAndCertificate;
import io.catena.transport.Tls;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The certificate that a port for everybody shows, on all its event loops.
final class PublicTls {
    /// A server with the options that it was made with.
    private record Listening(HttpServer server, HttpServerOptions options) {}

    private final List<Listening> servers = new CopyOnWriteArrayList<>();
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

    /// Has a server listen, and show what is to be shown from now on.
    ///
    /// @param options that it was made with, from [#options]
    Future<HttpServer> listen(HttpServer server, HttpServerOptions options) {
        Listening listening = new Listening(server, options);
        return server.listen().compose(_ -> {
            servers.add(listening);
            // What was to be shown may have changed since its options were made.
            return update(List.of(listening), shown);
        }).map(server);
    }

    /// Fails, and nothing changes, when key and certificate do not fit.
    Future<Void> show(KeyAndCertificate next) {
        List<Listening> now = List.copyOf(servers);
        return update(now, next).compose(_ -> {
            shown = next;
            return update(servers.stream().filter(server -> !now.contains(server)).toList(), next);
        });
    }

    private static Future<Void> update(List<Listening> servers, KeyAndCertificate next) {
        return Future.join(servers.stream().map(listening -> listening.server()
                .updateSSLOptions(sslOptions(listening.options(), next))).toList()).mapEmpty();
    }

    /// The protocols are a part of them, and stay.
    private static ServerSSLOptions sslOptions(HttpServerOptions made, KeyAndCertificate next) {
        ServerSSLOptions options = Tls.serverOptions(
                new HttpServerOptions(made), next).getSslOptions();
        options.setApplicationLayerProtocols(
                made.getAlpnVersions().stream().map(HttpVersion::alpnName).toList());
        return options;
    }
}
