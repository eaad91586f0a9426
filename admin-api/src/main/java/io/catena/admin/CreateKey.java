package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/// Gives a user an access key. Its secret is told in the answer and never again; one that was
/// brought along is not told at all.
record CreateKey(Administration cluster, RandomNames names, InstantSource clock)
        implements Endpoint {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_]{3,128}");
    private static final Pattern SECRET = Pattern.compile("[!-~]{8,128}");

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/users/{user}/keys";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("accessKeyId", "secretAccessKey");
        Optional<String> id = request.fields().text(
                "accessKeyId", ID, "3 to 128 letters, digits and _");
        Optional<String> secret = request.fields().text(
                "secretAccessKey", SECRET, "8 to 128 printable ASCII characters");
        if (id.isPresent() != secret.isPresent()) {
            throw AdminError.INVALID_ARGUMENT.exception(
                    "Give both accessKeyId and secretAccessKey, or neither.");
        }
        ClusterView view = cluster.view();
        UserRecord user = KnownUser.of(view, request.userId());
        AccessKey key = new AccessKey(id.orElseGet(names::accessKeyId),
                secret.orElseGet(names::secret), user.id(), true, clock.millis());
        if (view.key(key.id()).isPresent()) {
            throw AdminError.KEY_EXISTS.exception("An access key has this id.");
        }
        if (request.dryRun()) {
            return Future.succeededFuture(AdminReply.ok(Shapes.key(key)));
        }
        JsonObject told = Shapes.key(key);
        if (secret.isEmpty()) {
            told.put("secretAccessKey", key.secret());
        }
        return cluster.change(new AccountChange.CreateKey(key))
                .map(_ -> AdminReply.created(told));
    }
}
