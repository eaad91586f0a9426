package io.catena.s3.http;

import io.catena.protocol.chain.Bytes;
import io.catena.s3.error.S3Error;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// What a request is about: nothing (the service), a bucket, or a key in a bucket. The key is
/// decoded once and opaque from here on; signature check and storage see the same request target.
///
/// @param bucket empty: the service
/// @param key empty: the bucket
/// @param virtualHosted the bucket is part of the host's name
public record Location(String bucket, Bytes key, boolean virtualHosted) {
    private static final int KEY_BYTES_MAX = 1_024;

    /// Path style, or virtual-host style when `host` is a name below one of `domains`.
    ///
    /// @param host as sent, with or without port
    /// @throws io.catena.s3.error.S3Exception INVALID_URI, INVALID_BUCKET_NAME, KEY_TOO_LONG
    static Location of(String host, String rawPath, List<String> domains) {
        String bucketOfHost = bucketOfHost(host, domains);
        if (!bucketOfHost.isEmpty()) {
            return new Location(checked(bucketOfHost), key(rawPath.substring(1)), true);
        }
        int slash = rawPath.indexOf('/', 1);
        String bucket = slash < 0 ? rawPath.substring(1) : rawPath.substring(1, slash);
        if (bucket.isEmpty() && slash < 0) {
            return new Location("", Bytes.EMPTY, false);
        }
        return new Location(
                checked(PercentCoding.decodeText(bucket, false)),
                slash < 0 ? Bytes.EMPTY : key(rawPath.substring(slash + 1)), false);
    }

    /// A key as clients write it in a path.
    public static Bytes key(String encoded) {
        byte[] key = PercentCoding.decode(encoded, false);
        PercentCoding.text(key);
        return checkedKey(key);
    }

    /// A key as it is in XML.
    ///
    /// @throws io.catena.s3.error.S3Exception KEY_TOO_LONG
    public static Bytes keyOfText(String text) {
        return checkedKey(text.getBytes(StandardCharsets.UTF_8));
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_BUCKET_NAME
    public static String checked(String bucket) {
        if (!BucketName.valid(bucket)) {
            throw S3Error.INVALID_BUCKET_NAME.exception();
        }
        return bucket;
    }

    private static Bytes checkedKey(byte[] key) {
        if (key.length > KEY_BYTES_MAX) {
            throw S3Error.KEY_TOO_LONG.exception();
        }
        return Bytes.wrap(key);
    }

    private static String bucketOfHost(String host, List<String> domains) {
        String name = host.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
        for (String domain : domains) {
            if (name.endsWith("." + domain)) {
                return name.substring(0, name.length() - domain.length() - 1);
            }
        }
        return "";
    }
}
