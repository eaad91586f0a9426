package io.catena.s3.auth;

import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/// Reads the Authorization header. Source: "Authenticating Requests: Using the Authorization
/// Header" of the S3 API reference.
final class HeaderClaim {
    private static final S3Error MALFORMED = S3Error.AUTHORIZATION_HEADER_MALFORMED;

    private HeaderClaim() {}

    /// @throws io.catena.s3.error.S3Exception AUTHORIZATION_HEADER_MALFORMED, ACCESS_DENIED without
    ///     a date, UNSUPPORTED_AUTHORIZATION
    static Claim parse(S3Request request, String authorization, String service) {
        if (!authorization.startsWith(Claim.ALGORITHM + " ")) {
            throw S3Error.UNSUPPORTED_AUTHORIZATION.exception();
        }
        Map<String, String> fields = fields(authorization.substring(Claim.ALGORITHM.length() + 1));
        Claim.Named credential =
                Claim.credential(field(fields, "Credential"), service, MALFORMED);
        return new Claim(
                credential.keyId(),
                credential.scope(),
                timestamp(request),
                Claim.signedHeaders(field(fields, "SignedHeaders"), MALFORMED),
                field(fields, "Signature"),
                false,
                0);
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String piece : text.split(",")) {
            int equals = piece.indexOf('=');
            String name = equals < 0 ? "" : piece.substring(0, equals).strip();
            if (name.isEmpty() || fields.put(name, piece.substring(equals + 1).strip()) != null) {
                throw MALFORMED.exception();
            }
        }
        return fields;
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw MALFORMED.exception("The authorization header is malformed; " + name
                    + " is missing.");
        }
        return value;
    }

    /// x-amz-date, else Date (RFC 9110).
    private static String timestamp(S3Request request) {
        return request.header("x-amz-date")
                .or(() -> request.header("date").map(HeaderClaim::ofHttpDate))
                .orElse("");
    }

    private static String ofHttpDate(String date) {
        try {
            return Claim.basic(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeException _) {
            return date;
        }
    }
}
