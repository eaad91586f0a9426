package io.catena.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// `openapi.json` as a judge of requests and answers. Remembers which operations were asked.
final class Contract {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    final JsonObject document;
    final Set<String> asked = new TreeSet<>();

    Contract() {
        try (InputStream in = AdminApi.class.getResourceAsStream("openapi.json")) {
            document = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every operation, as `method path`.
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue())
                .fieldNames().forEach(method -> operations.add(method + ' ' + path.getKey())));
        return operations;
    }

    /// That the request is one that the document describes, and the answer one that it promises.
    ///
    /// @param target path and query
    void check(String method, String target, String sent, int status, String answered) {
        int question = target.indexOf('?');
        String path = template(question < 0 ? target : target.substring(0, question));
        JsonObject operation = document.getJsonObject("paths").getJsonObject(path)
                .getJsonObject(method.toLowerCase(Locale.ROOT));
        assertThat(operation).as("%s %s", method, path).isNotNull();
        asked.add(method.toLowerCase(Locale.ROOT) + ' ' + path);
        if (status < 300) {
            checkRequest(operation, question < 0 ? "" : target.substring(question + 1), sent);
        }
        checkAnswer(operation, status, answered);
    }

    private String template(String path) {
        String[] given = path.split("/");
        return document.getJsonObject("paths").fieldNames().stream().filter(known -> {
            String[] wanted = known.split("/");
            boolean same = wanted.length == given.length;
            for (int i = 0; same && i < wanted.length; i++) {
                same = wanted[i].startsWith("{") || wanted[i].equals(given[i]);
            }
            return same;
        }).findFirst().orElseThrow(() -> new AssertionError(path + " is not described"));
    }

    private void checkRequest(JsonObject operation, String query, String sent) {
        List<String> known = operation.getJsonArray("parameters", new JsonArray()).stream()
                .map(parameter -> ((JsonObject) parameter).getString("$ref"))
                .map(reference -> reference.substring(reference.lastIndexOf('/') + 1)).toList();
        if (!query.isEmpty()) {
            assertThat(query.split("&")).allSatisfy(parameter ->
                    assertThat(known).contains(parameter.substring(0, parameter.indexOf('='))));
        }
        JsonObject body = operation.getJsonObject("requestBody");
        assertThat(sent.isEmpty()).isEqualTo(body == null);
        if (body != null) {
            validate(schema(body), sent);
        }
    }

    private void checkAnswer(JsonObject operation, int status, String answered) {
        JsonObject responses = operation.getJsonObject("responses");
        JsonObject response = responses.getJsonObject(Integer.toString(status));
        assertThat(response != null || status >= 400).as("status %s", status).isTrue();
        JsonObject promised = response == null ? responses.getJsonObject("default") : response;
        if (promised.containsKey("content")) {
            validate(schema(promised), answered);
        } else {
            assertThat(answered).isEmpty();
        }
    }

    private static JsonObject schema(JsonObject of) {
        return of.getJsonObject("content").getJsonObject("application/json")
                .getJsonObject("schema");
    }

    private void validate(JsonObject schema, String json) {
        JsonObject whole = new JsonObject()
                .put("allOf", new JsonArray().add(schema))
                .put("components", document.getJsonObject("components"));
        assertThat(SCHEMAS.getSchema(node(whole.encode())).validate(node(json)))
                .as("%s", json).isEmpty();
    }

    private static JsonNode node(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
