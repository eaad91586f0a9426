package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.transport.CertificateAuthority;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Tls;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// HTTP/2, agreed on by ALPN.
final class Http2Test {
    private GatewayServer server;
    private HttpClient http;
    private S3Presigner presigner;

    @BeforeEach
    void start() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test", Instant.now());
        KeyAndCertificate own = authority.issue(new PeerIdentity.Client("gateway"),
                List.of("localhost", "127.0.0.1"), Instant.now(), Duration.ofHours(1));
        server = new GatewayServer(S3Settings.DEFAULT, InstantSource.system(),
                Tls.serverOptions(new HttpServerOptions(), own));
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(
                        authority.certificatePem().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(tls).build();
        presigner = S3Presigner.builder()
                .endpointOverride(URI.create("https://127.0.0.1:" + server.port))
                .region(Region.US_EAST_1)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .credentialsProvider(GatewayServer.credentials()).build();
        server.storage.createBucket("music", MemoryObjectStorage.KEY.id());
    }

    @AfterEach
    void stop() {
        presigner.close();
        http.close();
        server.close();
    }

    private HttpRequest put(String key, String body) throws Exception {
        return HttpRequest.newBuilder(presigner.presignPutObject(
                        p -> p.signatureDuration(Duration.ofMinutes(1))
                                .putObjectRequest(b -> b.bucket("music").key(key))).url().toURI())
                .timeout(Duration.ofSeconds(20))
                .PUT(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private HttpRequest get(String key) throws Exception {
        return HttpRequest.newBuilder(presigner.presignGetObject(
                        p -> p.signatureDuration(Duration.ofMinutes(1))
                                .getObjectRequest(b -> b.bucket("music").key(key))).url().toURI())
                .timeout(Duration.ofSeconds(20)).build();
    }

    @Test
    void shouldServeManyRequestsOnOneConnection() throws Exception {
        String body = "x".repeat(300_000);
        HttpResponse<String> stored =
                http.send(put("a", body), HttpResponse.BodyHandlers.ofString());
        assertThat(stored.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        HttpRequest get = get("a");
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 20)
                .mapToObj(_ -> http.sendAsync(get, HttpResponse.BodyHandlers.ofString())).toList();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.join().body()).isEqualTo(body);
        }
    }

    @Test
    void shouldRefuseOneRequestAndServeTheOthers() throws Exception {
        HttpRequest good = put("a", "hello");
        HttpRequest forged = HttpRequest.newBuilder(URI.create(
                        good.uri().toString().replace("/a?", "/b?")))
                .timeout(Duration.ofSeconds(20))
                .PUT(HttpRequest.BodyPublishers.ofString("hello")).build();
        HttpResponse<String> refused =
                http.send(forged, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("SignatureDoesNotMatch");
        assertThat(http.send(good, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(http.send(get("none"), HttpResponse.BodyHandlers.ofString()).body())
                .contains("NoSuchKey");
    }
}
