package io.catena.admin;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.message.MovesPlan;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/// Records as several endpoints show them.
final class Shapes {
    private Shapes() {}

    static JsonObject user(UserRecord user) {
        return new JsonObject()
                .put("id", user.id())
                .put("displayName", user.displayName())
                .put("email", user.email())
                .put("administrator", user.administrator())
                .put("disabled", user.disabled())
                .put("created", time(user.createdMillis()));
    }

    /// Without the secret, which is told once.
    static JsonObject key(AccessKey key) {
        return new JsonObject()
                .put("accessKeyId", key.id())
                .put("user", key.userId())
                .put("active", key.active())
                .put("created", time(key.createdMillis()));
    }

    static JsonObject bucket(BucketRecord bucket) {
        return new JsonObject()
                .put("name", bucket.name())
                .put("owner", bucket.ownerId())
                .put("shards", bucket.shards().size())
                .put("created", time(bucket.createdMillis()));
    }

    static JsonObject moves(MovesPlan plan) {
        JsonArray moves = new JsonArray();
        plan.moves().forEach(move -> moves.add(new JsonObject()
                .put("chain", move.chain().toString())
                .put("from", move.from().toString())
                .put("to", move.to().toString())));
        return new JsonObject()
                .put("underway", plan.underway())
                .put("stuck", plan.stuck())
                .put("waitsFor", plan.waitsFor())
                .put("moves", moves);
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
