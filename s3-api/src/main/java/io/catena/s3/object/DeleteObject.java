package io.catena.s3.object;

import io.catena.client.object.Deletion;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.VersionId;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.http.Reply;
import io.catena.s3.http.RequestedVersion;
import io.catena.s3.http.S3Request;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// S3 API reference: DeleteObject. Deleting what is not there succeeds. Without a version id, a
/// bucket that keeps versions gets a delete marker.
public final class DeleteObject {
    private final ObjectStorage storage;

    public DeleteObject(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        Optional<String> ifMatch = request.headerWithText("if-match").flatMap(DeleteObject::etag);
        boolean existing = request.headerWithText("if-match").isPresent() && ifMatch.isEmpty();
        Optional<VersionId> version = RequestedVersion.of(request);
        Future<Void> present = existing
                ? Objects.find(storage, bucket, request, ReadLevel.STRONG).mapEmpty()
                : Future.succeededFuture();
        return present
                .compose(_ -> delete(storage, bucket, request.key(), version, ifMatch))
                .compose(deletion -> {
                    write(request.http().response(), deletion);
                    return Reply.empty(request, 204);
                });
    }

    static Future<Deletion> delete(ObjectStorage storage, BucketRecord bucket, Bytes key,
            Optional<VersionId> version, Optional<String> ifMatch) {
        return version.map(id -> storage.deleteVersion(bucket, key, id, ifMatch))
                .orElseGet(() -> storage.delete(bucket, key, ifMatch));
    }

    private static void write(HttpServerResponse response, Deletion deletion) {
        deletion.versionId().ifPresent(
                version -> response.putHeader("x-amz-version-id", version.text()));
        if (deletion.isMarker()) {
            response.putHeader("x-amz-delete-marker", "true");
        }
    }

    /// `*` asks only that there is an object.
    private static Optional<String> etag(String header) {
        ETags tags = ETags.parse(header);
        if (tags.tags().size() > 1) {
            throw S3Error.NOT_IMPLEMENTED.exception("If-Match takes one ETag.");
        }
        return tags.tags().stream().findFirst();
    }
}
