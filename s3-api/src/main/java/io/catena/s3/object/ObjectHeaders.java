package io.catena.s3.object;

import io.catena.client.object.Checksum;
import io.catena.client.object.StoredObject;
import io.catena.client.object.VersionId;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The headers that an object is stored with and given back with. Values are bytes, one character
/// each, exactly as they came.
///
/// @param system by lower-case name, Content-Type and the like
/// @param user x-amz-meta-*, by lower-case name without the prefix
public record ObjectHeaders(SortedMap<String, String> system, SortedMap<String, String> user) {
    private static final String USER_PREFIX = "x-amz-meta-";
    /// S3 user guide, "Working with object metadata": names and values together.
    private static final int USER_BYTES_MAX = 2_048;
    private static final List<String> SYSTEM = List.of(
            "cache-control", "content-disposition", "content-language", "content-type", "expires");
    private static final String CONTENT_TYPE_DEFAULT = "binary/octet-stream";

    /// What an upload says of its object.
    ///
    /// @throws io.catena.s3.error.S3Exception METADATA_TOO_LARGE
    public static ObjectHeaders of(S3Request request) {
        SortedMap<String, String> system = new TreeMap<>();
        SYSTEM.forEach(name ->
                request.headerWithText(name).ifPresent(value -> system.put(name, value)));
        system.putIfAbsent("content-type", CONTENT_TYPE_DEFAULT);
        String encoding = withoutFraming(
                String.join(",", request.http().headers().getAll("content-encoding")));
        if (!encoding.isEmpty()) {
            system.put("content-encoding", encoding);
        }
        return new ObjectHeaders(system, user(request));
    }

    /// What a form says of its object.
    ///
    /// @param fields by lower-case name
    /// @throws io.catena.s3.error.S3Exception METADATA_TOO_LARGE
    public static ObjectHeaders of(Map<String, String> fields) {
        SortedMap<String, String> system = new TreeMap<>();
        SortedMap<String, String> user = new TreeMap<>();
        fields.forEach((name, text) -> {
            String value = headerValue(text);
            if (name.startsWith(USER_PREFIX)) {
                user.put(name.substring(USER_PREFIX.length()), value);
            } else if (!value.isEmpty()
                    && (SYSTEM.contains(name) || name.equals("content-encoding"))) {
                system.put(name, value);
            }
        });
        system.putIfAbsent("content-type", CONTENT_TYPE_DEFAULT);
        return new ObjectHeaders(system, bounded(user));
    }

    /// A text as bytes, one character each; line breaks would let it write headers of its own.
    static String headerValue(String text) {
        if (text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
            throw S3Error.INVALID_ARGUMENT.exception("Header value cannot be represented.");
        }
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /// Puts the headers that describe `object` into an answer.
    public static void write(HttpServerResponse response, StoredObject object) {
        object.attributes().headers().forEach(response::putHeader);
        object.attributes().userMetadata().forEach(
                (name, value) -> response.putHeader(USER_PREFIX + name, mailSafe(value)));
        response.putHeader("ETag", '"' + object.attributes().etag() + '"')
                .putHeader("Last-Modified", Reply.httpDate(object.modifiedMillis()))
                .putHeader("Accept-Ranges", "bytes");
    }

    /// x-amz-version-id of what was read: none in a bucket that never kept versions.
    public static void writeVersion(
            HttpServerResponse response, BucketRecord bucket, StoredObject object) {
        if (bucket.versioning() != BucketVersioning.NEVER) {
            response.putHeader(
                    "x-amz-version-id", object.versionId().orElse(VersionId.NULL).text());
        }
    }

    /// x-amz-version-id of what was written: only when it has an id of its own, as AWS does.
    public static void writeVersion(HttpServerResponse response, StoredObject object) {
        object.versionId().filter(version -> !version.isNull())
                .ifPresent(version -> response.putHeader("x-amz-version-id", version.text()));
    }

    /// Other than US-ASCII comes back as RFC 2047 has it; the S3 user guide, "Working with object
    /// metadata", shows that AWS takes the bytes for Latin-1.
    private static String mailSafe(String value) {
        return value.chars().allMatch(c -> c < 0x80) ? value
                : "=?UTF-8?B?" + Base64.getEncoder().encodeToString(
                        value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    /// x-amz-checksum-* of an object or part.
    public static void write(HttpServerResponse response, Checksum checksum) {
        response.putHeader(ChecksumAlgorithm.of(checksum.algorithm()).header(), checksum.base64())
                .putHeader("x-amz-checksum-type", type(checksum));
    }

    public static String type(Checksum checksum) {
        return checksum.composite() ? "COMPOSITE" : "FULL_OBJECT";
    }

    /// aws-chunked is how the body travelled, not what the object is.
    private static String withoutFraming(String encoding) {
        return Arrays.stream(encoding.split(","))
                .filter(coding -> !coding.isBlank()
                        && !coding.strip().equalsIgnoreCase("aws-chunked"))
                .collect(Collectors.joining(",")).strip();
    }

    private static SortedMap<String, String> user(S3Request request) {
        SortedMap<String, String> user = new TreeMap<>();
        for (String name : request.http().headers().names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(USER_PREFIX)) {
                String value = String.join(",", request.http().headers().getAll(name)).strip();
                user.put(lower.substring(USER_PREFIX.length()), value);
            }
        }
        return bounded(user);
    }

    private static SortedMap<String, String> bounded(SortedMap<String, String> user) {
        int bytes = user.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length()).sum();
        if (bytes > USER_BYTES_MAX) {
            throw S3Error.METADATA_TOO_LARGE.exception();
        }
        return user;
    }
}
