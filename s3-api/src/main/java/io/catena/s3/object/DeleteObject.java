package io.catena.s3.object;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;
import io.vertx.core.Future;
import java.util.Optional;

/// S3 API reference: DeleteObject. Deleting what is not there succeeds.
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
        Future<Void> present = existing
                ? Objects.find(storage, bucket, request.key()).mapEmpty()
                : Future.succeededFuture();
        return present
                .compose(_ -> storage.delete(bucket, request.key(), ifMatch))
                .compose(_ -> Reply.empty(request, 204));
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
