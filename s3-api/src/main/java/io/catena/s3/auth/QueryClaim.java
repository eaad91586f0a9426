package io.catena.s3.auth;

import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;

/// Reads the signature of a presigned request. Source: "Authenticating Requests: Using Query
/// Parameters" of the S3 API reference.
final class QueryClaim {
    private static final S3Error MALFORMED = S3Error.AUTHORIZATION_QUERY_PARAMETERS;
    private static final long EXPIRES_SECONDS_MAX = 7 * 24 * 3_600;

    private QueryClaim() {}

    /// @throws io.catena.s3.error.S3Exception AUTHORIZATION_QUERY_PARAMETERS, INVALID_ARGUMENT for
    ///     a parameter given twice
    static Claim parse(S3Request request, String service) {
        if (!parameter(request, "X-Amz-Algorithm").equals(Claim.ALGORITHM)) {
            throw MALFORMED.exception("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
        }
        Claim.Named credential = Claim.credential(
                parameter(request, "X-Amz-Credential"), service, MALFORMED);
        return new Claim(
                credential.keyId(),
                credential.scope(),
                parameter(request, "X-Amz-Date"),
                Claim.signedHeaders(parameter(request, "X-Amz-SignedHeaders"), MALFORMED),
                parameter(request, "X-Amz-Signature"),
                true,
                expiresSeconds(parameter(request, "X-Amz-Expires")));
    }

    private static String parameter(S3Request request, String name) {
        return request.query().get(name).orElseThrow(() -> MALFORMED.exception(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                        + "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
                        + "X-Amz-Expires parameters."));
    }

    private static long expiresSeconds(String text) {
        if (text.matches("-[0-9]{1,9}")) {
            // Good until before it was signed.
            throw S3Error.EXPIRED_PRESIGNED.exception();
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw MALFORMED.exception("X-Amz-Expires should be a number");
        }
        long seconds = Long.parseLong(text);
        if (seconds > EXPIRES_SECONDS_MAX) {
            throw MALFORMED.exception(
                    "X-Amz-Expires must be less than a week (in seconds); that is, "
                    + "the given X-Amz-Expires must be less than 604800 seconds");
        }
        return seconds;
    }
}
