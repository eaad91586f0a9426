package io.catena.s3.http;

import io.catena.client.object.VersionId;
import io.catena.s3.error.S3Error;
import java.util.Optional;

/// Which version a request names.
public final class RequestedVersion {
    private RequestedVersion() {}

    /// The query's versionId; empty: the latest version.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
    public static Optional<VersionId> of(S3Request request) {
        return request.query().get("versionId").map(RequestedVersion::of);
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT when no version can have this id
    public static VersionId of(String text) {
        if (text.isEmpty()) {
            throw S3Error.INVALID_ARGUMENT.exception("Version id cannot be the empty string");
        }
        return VersionId.parse(text).orElseThrow(() ->
                S3Error.INVALID_ARGUMENT.exception("Invalid version id specified"));
    }
}
