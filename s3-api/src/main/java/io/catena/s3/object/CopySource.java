package io.catena.s3.object;

import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Location;
import io.catena.s3.http.PercentCoding;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;

/// What a copy reads: x-amz-copy-source, `[/]bucket/key`, percent-encoded. The header is signed
/// like every x-amz-* header.
public record CopySource(BucketRecord bucket, StoredObject object) {
    private static final String HEADER = "x-amz-copy-source";

    /// @return fails with NO_SUCH_KEY, PRECONDITION_FAILED
    /// @throws S3Exception INVALID_ARGUMENT, NO_SUCH_BUCKET, NO_SUCH_VERSION
    public static Future<CopySource> find(ObjectStorage storage, SignedRequest signed) {
        S3Request request = signed.request();
        Location location = location(request.header(HEADER).orElseThrow());
        BucketRecord bucket = Buckets.source(storage, signed, location.bucket());
        return Objects.find(storage, bucket, location.key()).map(object -> {
            checkConditions(request, object);
            return new CopySource(bucket, object);
        });
    }

    static Location location(String header) {
        String text = header.startsWith("/") ? header.substring(1) : header;
        int question = text.indexOf('?');
        if (question >= 0 && !text.substring(question).equals("?versionId=null")) {
            throw S3Error.NO_SUCH_VERSION.exception();
        }
        String path = encoded(question < 0 ? text : text.substring(0, question));
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
