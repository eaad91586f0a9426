package io.catena.s3.auth;

import io.catena.s3.http.PercentCoding;
import io.catena.s3.http.Query;
import io.catena.s3.http.S3Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// The text that SigV4 signs a hash of. Source: "Signature Calculations for the Authorization
/// Header" of the S3 API reference. Header values hold the bytes as they came, one character each,
/// so the text is hashed as Latin-1.
final class CanonicalRequest {
    private static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

    private CanonicalRequest() {}

    /// @param path percent-encoded
    /// @return SHA-256 in hexadecimal
    static String hash(S3Request request, String path, Claim claim, String payloadHash) {
        String text = request.method() + '\n'
                + path + '\n'
                + query(request.query(), claim.presigned()) + '\n'
                + headers(request, claim.signedHeaders()) + '\n'
                + String.join(";", claim.signedHeaders()) + '\n'
                + payloadHash;
        return SigningKey.sha256Hex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The path re-encoded as the documentation says. Clients that encode more or less than it says
    /// sign the path as sent; both spell the same key.
    static String path(S3Request request) {
        return PercentCoding.encode(PercentCoding.decode(request.rawPath(), false), true);
    }

    private record Encoded(String name, String value) implements Comparable<Encoded> {
        @Override
        public int compareTo(Encoded other) {
            int byName = name.compareTo(other.name);
            return byName != 0 ? byName : value.compareTo(other.value);
        }
    }

    private static String query(Query query, boolean presigned) {
        return query.parameters().stream()
                .filter(parameter -> !presigned || !parameter.name().equals(SIGNATURE_PARAMETER))
                .map(parameter -> new Encoded(PercentCoding.encode(parameter.name()),
                        PercentCoding.encode(parameter.value())))
                .sorted()
                .map(parameter -> parameter.name + '=' + parameter.value)
                .collect(Collectors.joining("&"));
    }

    private static String headers(S3Request request, List<String> names) {
        StringBuilder out = new StringBuilder();
        for (String name : names) {
            String values = request.headerValues(name).stream()
                    .map(CanonicalRequest::trimmed)
                    .collect(Collectors.joining(","));
            out.append(name).append(':').append(values).append('\n');
        }
        return out.toString();
    }

    private static String trimmed(String value) {
        return value.strip().replaceAll(" {2,}", " ");
    }
}
