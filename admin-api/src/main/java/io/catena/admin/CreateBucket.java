package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.BucketName;
import io.catena.s3.http.Location;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/// Makes a bucket, for whichever user.
record CreateBucket(Administration cluster) implements Endpoint {
    private static final Pattern ANY = Pattern.compile(".{1,128}");

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/buckets";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("name", "owner");
        String name = request.fields().text("name", ANY, "a bucket's name")
                .orElseThrow(() -> AdminError.INVALID_ARGUMENT.exception("name is missing."));
        if (BucketName.reserved(Location.checked(name))) {
            throw S3Error.INVALID_BUCKET_NAME.exception();
        }
        ClusterView view = cluster.view();
        String owner = KnownUser.of(view, request.fields().text("owner", ANY, "a user's id")
                .map(AdminRequest::userId).orElse(request.caller().id())).id();
        if (view.activeBucket(name).isPresent()) {
            throw S3Error.BUCKET_ALREADY_EXISTS.exception();
        }
        if (request.dryRun()) {
            return Future.succeededFuture(AdminReply.ok(
                    new JsonObject().put("name", name).put("owner", owner)));
        }
        return cluster.storage().createBucket(name, owner)
                .map(bucket -> AdminReply.created(Shapes.bucket(bucket)));
    }
}
