package io.catena.s3.auth;

import io.catena.s3.error.S3Error;
import java.util.regex.Pattern;

/// How a request says that its body is protected: the value of x-amz-content-sha256. Source:
/// "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
public sealed interface PayloadMode {
    /// What x-amz-content-sha256 says for a body whose hash is not part of the signature.
    String UNSIGNED = "UNSIGNED-PAYLOAD";

    /// The SHA-256 of the body, in hexadecimal, is part of the signature.
    record Literal(String sha256Hex) implements PayloadMode {}

    /// Only the head is signed.
    record Unsigned() implements PayloadMode {}

    /// The body comes in aws-chunked framing.
    ///
    /// @param signed every chunk carries a signature that builds on the one before
    /// @param trailer trailing headers follow the last chunk
    record Chunked(boolean signed, boolean trailer) implements PayloadMode {}

    Pattern SHA256_HEX = Pattern.compile("[0-9a-f]{64}");

    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
    static PayloadMode parse(String value) {
        return switch (value) {
            case UNSIGNED -> new Unsigned();
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new Chunked(true, false);
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> new Chunked(true, true);
            case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> new Chunked(false, true);
            default -> literal(value);
        };
    }

    private static PayloadMode literal(String value) {
        if (!SHA256_HEX.matcher(value).matches()) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
                    + "a STREAMING value, or a valid sha256 value.");
        }
        return new Literal(value);
    }
}
