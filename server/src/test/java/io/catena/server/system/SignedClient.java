package io.catena.server.system;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// S3 requests that cost the client little, so that a load is the servers' and not its own: kept
/// connections, and signature version 4 over what must be signed and no more.
final class SignedClient implements AutoCloseable {
    /// An answer with its whole body.
    ///
    /// @param objects how many a bucket has; only of HEAD
    record Answer(int status, String objects, Buffer body) {}

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final String PAYLOAD = "UNSIGNED-PAYLOAD";
    private static final long TIMEOUT_MILLIS = 30_000;

    private final Vertx vertx;
    private final HttpClientAgent http;
    private final List<URI> endpoints;
    private final String keyId;
    private final String secretKey;
    private final String region;

    SignedClient(Vertx vertx, Map<String, String> environment, List<String> endpoints,
            int connectionsPerServer) {
        this.vertx = vertx;
        this.endpoints = endpoints.stream().map(URI::create).toList();
        http = vertx.createHttpClient(
                new HttpClientOptions().setSsl(true).setTrustOptions(
                        new PemTrustOptions().addCertPath(environment.get("AWS_CA_BUNDLE"))),
                new PoolOptions().setHttp1MaxSize(connectionsPerServer));
        keyId = environment.get("AWS_ACCESS_KEY_ID");
        secretKey = environment.get("AWS_SECRET_ACCESS_KEY");
        region = environment.get("AWS_DEFAULT_REGION");
    }

    int servers() {
        return endpoints.size();
    }

    Vertx vertx() {
        return vertx;
    }

    /// As [#send], from any thread but an event loop.
    Answer ask(int server, HttpMethod method, String path, String query) {
        CompletableFuture<Answer> answered = new CompletableFuture<>();
        vertx.runOnContext(_ -> send(server, method, path, query, Buffer.buffer())
                .onComplete(answered::complete, answered::completeExceptionally));
        return answered.orTimeout(2 * TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).join();
    }

    /// To be called on an event loop: elsewhere a body may have come before anybody asks for it.
    ///
    /// @param path and `query` percent-encoded, parameters sorted, each with `=`
    Future<Answer> send(int server, HttpMethod method, String path, String query, Buffer body) {
        URI endpoint = endpoints.get(server);
        String time = LocalDateTime.now(ZoneOffset.UTC).format(TIME);
        RequestOptions options = new RequestOptions().setMethod(method)
                .setHost(endpoint.getHost()).setPort(endpoint.getPort())
                .setURI(query.isEmpty() ? path : path + "?" + query)
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("x-amz-content-sha256", PAYLOAD).putHeader("x-amz-date", time)
                .putHeader("Authorization", authorization(endpoint, method, path, query, time));
        if (method == HttpMethod.HEAD) {
            options.putHeader("x-catena-usage", "true");
        }
        return http.request(options).compose(request -> request.send(body))
                .compose(response -> response.body().map(bytes -> new Answer(
                        response.statusCode(), response.getHeader("x-catena-object-count"),
                        bytes)));
    }

    private String authorization(
            URI endpoint, HttpMethod method, String path, String query, String time) {
        String canonical = method + "\n" + path + "\n" + query
                + "\nhost:" + endpoint.getHost() + ":" + endpoint.getPort()
                + "\nx-amz-content-sha256:" + PAYLOAD + "\nx-amz-date:" + time
                + "\n\nhost;x-amz-content-sha256;x-amz-date\n" + PAYLOAD;
        String day = time.substring(0, 8);
        String scope = day + "/" + region + "/s3/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical);
        return "AWS4-HMAC-SHA256 Credential=" + keyId + "/" + scope
                + ",SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature="
                + HexFormat.of().formatHex(hmac(signingKey(day), toSign));
    }

    private byte[] signingKey(String day) {
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(day, region, "s3", "aws4_request")) {
            key = hmac(key, part);
        }
        return key;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.close().toCompletionStage().toCompletableFuture().join();
    }
}
