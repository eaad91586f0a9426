package io.catena.admin;

import io.catena.protocol.cluster.AccessKey;
import io.catena.s3.auth.RequestSigner;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/// The API over a cluster in memory on a loopback port; every answer is judged by the contract.
final class ApiServer implements AutoCloseable {
    private static final String REGION = "us-east-1";

    final MemoryCluster cluster = new MemoryCluster();
    final Contract contract = new Contract();
    final URI root;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();

    /// What was answered, understood.
    record Answer(int status, JsonObject body) {
        String code() {
            return body.getString("code");
        }
    }

    ApiServer() {
        this(InstantSource.system());
    }

    ApiServer(InstantSource clock) {
        HttpServer server = vertx
                .createHttpServer(AdminApi.limits(new HttpServerOptions()))
                .requestHandler(new AdminApi(cluster, REGION, clock))
                .listen(0, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        root = URI.create("http://127.0.0.1:" + server.actualPort() + "/api/v1");
    }

    Answer get(String target) {
        return ask("GET", target, "");
    }

    Answer post(String target, JsonObject body) {
        return ask("POST", target, body.encode());
    }

    Answer patch(String target, JsonObject body) {
        return ask("PATCH", target, body.encode());
    }

    Answer delete(String target) {
        return ask("DELETE", target, "");
    }

    /// As the root user, and as the contract has it.
    Answer ask(String method, String target, String body) {
        HttpResponse<String> response =
                send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, method, target, body);
        contract.check(method, root.getPath() + target, body, response.statusCode(),
                response.body());
        return answer(response);
    }

    static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.body().isEmpty()
                ? new JsonObject() : new JsonObject(response.body()));
    }

    HttpResponse<String> send(
            AccessKey key, String service, String method, String target, String body) {
        URI uri = URI.create(root + target);
        SortedMap<String, String> headers = new RequestSigner(
                key.id(), key.secret(), service, REGION).headers(method, uri,
                        body.getBytes(StandardCharsets.UTF_8), Instant.now());
        if (!body.isEmpty()) {
            headers.put("content-type", "application/json");
        }
        return send(method, uri, headers, body);
    }

    HttpResponse<String> send(
            String method, URI uri, SortedMap<String, String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10))
                .method(method, body.isEmpty()
                        ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
