package io.catena.admin;

import io.catena.protocol.wire.TrustWire;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/// Makes a token with which one server may join the cluster, once. It is told in the answer and
/// never again.
record CreateJoinToken(Administration cluster) implements Endpoint {
    private static final int TTL_SECONDS = 3_600;
    private static final int TTL_SECONDS_MAX = 7 * 86_400;

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/join-tokens";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("ttlSeconds");
        int seconds = request.fields().number("ttlSeconds", 1, TTL_SECONDS_MAX)
                .orElse(TTL_SECONDS);
        if (request.dryRun()) {
            return Future.succeededFuture(AdminReply.ok(new JsonObject()));
        }
        return cluster.createJoinToken(Duration.ofSeconds(seconds).toMillis())
                .map(token -> AdminReply.created(new JsonObject()
                        .put("token", TrustWire.toText(token))
                        .put("expires", Shapes.time(token.expiresMillis()))));
    }
}
