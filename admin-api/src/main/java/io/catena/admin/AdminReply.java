package io.catena.admin;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/// What an endpoint answers.
record AdminReply(int status, Optional<JsonObject> body) {
    static AdminReply ok(JsonObject body) {
        return new AdminReply(200, Optional.of(body));
    }

    static AdminReply created(JsonObject body) {
        return new AdminReply(201, Optional.of(body));
    }

    static AdminReply none() {
        return new AdminReply(204, Optional.empty());
    }

    static AdminReply error(AdminException failure, String requestId) {
        return new AdminReply(failure.status(), Optional.of(new JsonObject()
                .put("code", failure.code())
                .put("message", failure.getMessage())
                .put("requestId", requestId)));
    }
}
