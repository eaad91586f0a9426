package io.catena.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Set;

/// TLS options of one server: BoringSSL where its native library loads (a third less CPU on
/// uploads), else the JDK.
///
/// Between servers: TLS 1.3, both ends with a certificate of the authority. Hosts are not compared
/// with names in certificates there; the node id in the certificate is, by [FrameClient].
///
/// @param own this server's key and certificate
/// @param authorityPem the cluster's trust anchor
public record Tls(KeyAndCertificate own, String authorityPem) {
    private static final Set<String> NODE_PROTOCOLS = Set.of("TLSv1.3");
    private static final Set<String> PUBLIC_PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /// For the port of the servers among themselves.
    ///
    /// @param strangers whether who shows no certificate is let in, to be told apart by
    ///     [PeerIdentity.Stranger]; a certificate of another authority never is
    NetServerOptions nodeServerOptions(boolean strangers) {
        NetServerOptions options = new NetServerOptions();
        options.setSsl(true).setSslEngineOptions(engine())
                .setKeyCertOptions(keyCertOptions(own))
                .setTrustOptions(trustOptions())
                .setEnabledSecureTransportProtocols(NODE_PROTOCOLS)
                .setTcpNoDelay(true).setReuseAddress(true);
        return options.setClientAuth(strangers ? ClientAuth.REQUEST : ClientAuth.REQUIRED);
    }

    /// For connections to other servers.
    NetClientOptions nodeClientOptions() {
        NetClientOptions options = new NetClientOptions();
        options.setSsl(true).setSslEngineOptions(engine())
                .setKeyCertOptions(keyCertOptions(own))
                .setTrustOptions(trustOptions())
                .setEnabledSecureTransportProtocols(NODE_PROTOCOLS)
                .setTcpNoDelay(true);
        return options.setHostnameVerificationAlgorithm("");
    }

    /// For a connection to a server of a cluster that one has a join token for.
    static NetClientOptions strangerOptions(AuthorityPin pin) {
        NetClientOptions options = new NetClientOptions();
        options.setSsl(true).setSslEngineOptions(engine())
                .setTrustOptions(TrustOptions.wrap(pin))
                .setEnabledSecureTransportProtocols(NODE_PROTOCOLS)
                .setTcpNoDelay(true);
        return options.setHostnameVerificationAlgorithm("");
    }

    /// Makes `options` (also of an HTTP server) serve TLS to everybody with a key and certificate:
    /// TLS 1.2 and 1.3, no client certificate.
    public static <T extends NetServerOptions> T serverOptions(T options, KeyAndCertificate own) {
        options.setSsl(true).setSslEngineOptions(engine())
                .setKeyCertOptions(keyCertOptions(own))
                .setEnabledSecureTransportProtocols(PUBLIC_PROTOCOLS);
        return options;
    }

    private PemTrustOptions trustOptions() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(authorityPem));
    }

    private static PemKeyCertOptions keyCertOptions(KeyAndCertificate own) {
        return new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(own.keyPem()))
                .addCertValue(Buffer.buffer(own.certificatePem()));
    }

    /// The fastest engine that this machine has.
    public static SSLEngineOptions engine() {
        return OpenSSLEngineOptions.isAvailable()
                ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }
}
