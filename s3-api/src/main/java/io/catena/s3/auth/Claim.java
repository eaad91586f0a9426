package io.catena.s3.auth;

import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;

/// What a request says about its own signature, before any of it is believed.
///
/// @param timestamp as signed: yyyyMMdd'T'HHmmss'Z'
/// @param signedHeaders lower-case names in the order given
/// @param expiresSeconds how long after the timestamp a presigned request is good; 0 for one that
///     carries an Authorization header
record Claim(
        String keyId, Scope scope, String timestamp, List<String> signedHeaders, String signature,
        boolean presigned, long expiresSeconds) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    Claim {
        signedHeaders = List.copyOf(signedHeaders);
    }

    /// What a credential names.
    record Named(String keyId, Scope scope) {}

    /// Splits `id/date/region/service/aws4_request`; the id may hold slashes.
    ///
    /// @throws S3Exception `malformed`, also for another service
    static Named credential(String text, String service, S3Error malformed) {
        String[] parts = text.split("/", -1);
        int last = parts.length - 1;
        if (last < 4 || !parts[last].equals(Scope.TERMINATOR)
                || !parts[last - 1].equals(service)
                || !parts[last - 3].matches("[0-9]{8}")) {
            throw malformed.exception("The Credential is mal-formed; expecting "
                    + "\"<YOUR-AKID>/YYYYMMDD/REGION/" + service + "/aws4_request\".");
        }
        String id = String.join("/", Arrays.copyOf(parts, last - 3));
        if (id.isEmpty()) {
            throw malformed.exception("The Credential has no access key id.");
        }
        return new Named(id, new Scope(parts[last - 3], parts[last - 2], service));
    }

    /// @throws S3Exception `malformed` for names that are empty, not lower-case or given twice
    static List<String> signedHeaders(String text, S3Error malformed) {
        List<String> names = List.of(text.split(";", -1));
        boolean plain = names.stream().allMatch(name -> name.matches("[!-:<-@\\[-~]+"));
        if (!plain || names.stream().distinct().count() != names.size()) {
            throw malformed.exception("SignedHeaders is mal-formed.");
        }
        return names;
    }

    /// @throws S3Exception ACCESS_DENIED when the timestamp is none
    Instant time() {
        return time(timestamp);
    }

    static Instant time(String timestamp) {
        try {
            return LocalDateTime.parse(timestamp, BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw S3Error.ACCESS_DENIED.exception(
                    "AWS authentication requires a valid Date or x-amz-date header");
        }
    }

    static String basic(Instant time) {
        return BASIC.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    }
}
