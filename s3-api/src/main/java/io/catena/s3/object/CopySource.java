package io.catena.s3.object;

import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.client.object.VersionId;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Location;
import io.catena.s3.http.PercentCoding;
import io.catena.s3.http.RequestedVersion;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// What a copy reads: x-amz-copy-source, `[/]bucket/key[?versionId=id]`, percent-encoded. The
/// header is signed like every x-amz-* header.
///
/// @param namesVersion the header names a version
public record CopySource(BucketRecord bucket, StoredObject object, boolean namesVersion) {
    private static final String HEADER = "x-amz-copy-source";
    private static final String VERSION = "?versionId=";

    /// As the header has it.
    record Named(Location location, Optional<VersionId> version) {}

    /// @return fails with NO_SUCH_KEY, PRECONDITION_FAILED
    /// @throws S3Exception INVALID_ARGUMENT, NO_SUCH_BUCKET, NO_SUCH_VERSION
    public static Future<CopySource> find(ObjectStorage storage, SignedRequest signed) {
        S3Request request = signed.request();
        Named named = named(request.header(HEADER).orElseThrow());
        BucketRecord bucket = Buckets.source(storage, signed, named.location.bucket());
        return Objects.find(storage, bucket, named.location.key(), named.version,
                ReadLevel.STRONG).recover(CopySource::isNoSource).map(object -> {
                    checkConditions(request, object);
                    return new CopySource(bucket, object, named.version.isPresent());
                });
    }

    /// The request itself may do what it does; only a delete marker is no source.
    private static <T> Future<T> isNoSource(Throwable failure) {
        return Future.failedFuture(failure instanceof S3Exception known
                && known.error() == S3Error.METHOD_NOT_ALLOWED
                ? S3Error.INVALID_REQUEST.exception("The source of a copy request may not "
                        + "specifically refer to a delete marker by version id.") : failure);
    }

    /// Tells of which version the copy was made, in a bucket that keeps versions.
    public void writeVersion(HttpServerResponse response) {
        if (bucket.versioning() != BucketVersioning.NEVER) {
            response.putHeader("x-amz-copy-source-version-id",
                    object.versionId().orElse(VersionId.NULL).text());
        }
    }

    static Named named(String header) {
        String text = header.startsWith("/") ? header.substring(1) : header;
        int question = text.indexOf('?');
        if (question >= 0 && !text.startsWith(VERSION, question)) {
            throw malformed();
        }
        Optional<VersionId> version = question < 0 ? Optional.empty()
                : Optional.of(RequestedVersion.of(text.substring(question + VERSION.length())));
        return new Named(location(question < 0 ? text : text.substring(0, question)), version);
    }

    private static Location location(String text) {
        String path = encoded(text);
        int slash = path.indexOf('/');
        if (slash < 1) {
            throw malformed();
        }
        Bytes key = Location.key(path.substring(slash + 1));
        if (key.isEmpty()) {
            throw malformed();
        }
        String bucket = PercentCoding.decodeText(path.substring(0, slash), false);
        return new Location(Location.checked(bucket), key, false);
    }

    /// Of the source only failure matters: 304 makes no sense for a copy.
    private static void checkConditions(S3Request request, StoredObject object) {
        try {
            new ReadConditions(request, HEADER + "-").check(object);
        } catch (S3Exception _) {
            throw S3Error.PRECONDITION_FAILED.exception();
        }
    }

    /// A header may hold characters that a path may not; they stand for themselves.
    private static String encoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (char c : text.toCharArray()) {
            out.append(c > ' ' && c < 0x7f ? String.valueOf(c)
                    : PercentCoding.encode(new byte[] {(byte) c}, false));
        }
        return out.toString();
    }

    private static S3Exception malformed() {
        return S3Error.INVALID_ARGUMENT.exception(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
}
