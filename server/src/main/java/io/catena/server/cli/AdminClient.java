package io.catena.server.cli;

import io.catena.admin.AdminApi;
import io.catena.s3.auth.RequestSigner;
import io.catena.s3.http.PercentCoding;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
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
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Asks the admin API of one server. A change is asked for once: whether one that got no answer was
/// made is for the caller to look at.
final class AdminClient implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /// A change waits until every gateway acts on it, for at most a lease beyond the master's call.
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final String ROOT = "/api/v1";

    private final URI server;
    private final RequestSigner signer;
    private final HttpClient http;

    /// @param trust empty: what the machine trusts
    AdminClient(URI server, String keyId, String secret, String region,
            Optional<SSLContext> trust) {
        this.server = server;
        this.signer = new RequestSigner(keyId, secret, AdminApi.SERVICE, region);
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /// A segment of a path.
    static String segment(String text) {
        return '/' + PercentCoding.encode(text);
    }

    /// @throws CommandFailure with what the server, or the way to it, has to say
    JsonObject get(String path) {
        return send("GET", path, Optional.empty());
    }

    /// Every page of a list, as one.
    JsonObject list(String path) {
        JsonArray items = new JsonArray();
        Optional<String> next = Optional.empty();
        do {
            JsonObject page = get(path + next.map(after ->
                    "?after=" + PercentCoding.encode(after)).orElse(""));
            page.getJsonArray("items").forEach(items::add);
            next = Optional.ofNullable(page.getString("next"));
        } while (next.isPresent());
        return new JsonObject().put("items", items);
    }

    /// @param dryRun everything is checked and nothing done
    JsonObject change(String method, String path, Optional<JsonObject> body, boolean dryRun) {
        return send(method, path + (dryRun ? "?dryRun=true" : ""), body);
    }

    private JsonObject send(String method, String path, Optional<JsonObject> body) {
        URI target = server.resolve(ROOT + path);
        byte[] bytes = body.map(JsonObject::encode).orElse("").getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(ANSWER_MAX).method(
                method, body.isPresent() ? BodyPublishers.ofByteArray(bytes)
                        : BodyPublishers.noBody());
        body.ifPresent(_ -> request.header("content-type", "application/json"));
        signer.headers(method, target, bytes, Instant.now()).forEach(request::header);
        try {
            return read(http.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, target + ": " + describe(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILURE, "interrupted");
        }
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static JsonObject read(HttpResponse<String> response) {
        boolean good = response.statusCode() / 100 == 2;
        try {
            JsonObject body = response.body().isEmpty()
                    ? new JsonObject() : new JsonObject(response.body());
            if (good) {
                return body;
            }
            throw new CommandFailure(ExitCode.ofStatus(response.statusCode()),
                    "%s (%s, request %s)".formatted(body.getString("message"),
                            body.getString("code"), body.getString("requestId")));
        } catch (DecodeException _) {
            throw new CommandFailure(ExitCode.FAILURE, "the answer, of status "
                    + response.statusCode() + ", is not of an admin API");
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
