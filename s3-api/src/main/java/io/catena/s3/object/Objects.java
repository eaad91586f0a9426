package io.catena.s3.object;

import io.catena.client.object.KeyContent;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.client.object.VersionId;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Reply;
import io.catena.s3.http.RequestedVersion;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;
import java.util.Optional;

/// Finds the object that a request is about.
final class Objects {
    private Objects() {}

    /// The latest version, or the one that the request names.
    ///
    /// @return fails as [#find(ObjectStorage, BucketRecord, Bytes, Optional, ReadLevel)]
    static Future<StoredObject> find(
            ObjectStorage storage, BucketRecord bucket, S3Request request, ReadLevel level) {
        return find(storage, bucket, request.key(), RequestedVersion.of(request), level);
    }

    /// @param version empty: the latest one
    /// @return fails with NO_SUCH_KEY, NO_SUCH_VERSION; METHOD_NOT_ALLOWED for a delete marker that
    ///     was named
    static Future<StoredObject> find(ObjectStorage storage, BucketRecord bucket, Bytes key,
            Optional<VersionId> version, ReadLevel level) {
        return storage.lookUp(bucket, key, version, level).map(content -> switch (content) {
            case KeyContent.Held(StoredObject object) -> object;
            case KeyContent.Marked marker when version.isPresent() ->
                    throw marked(S3Error.METHOD_NOT_ALLOWED, marker)
                            .with("Allow", "DELETE")
                            .with("Last-Modified", Reply.httpDate(marker.modifiedMillis()));
            case KeyContent.Marked marker -> throw marked(S3Error.NO_SUCH_KEY, marker);
            case KeyContent.Nothing _ -> throw (version.isPresent()
                    ? S3Error.NO_SUCH_VERSION : S3Error.NO_SUCH_KEY).exception();
        });
    }

    private static S3Exception marked(S3Error error, KeyContent.Marked marker) {
        return error.exception().with("x-amz-delete-marker", "true")
                .with("x-amz-version-id", marker.versionId().text());
    }
}
