package io.catena.s3.payload;

import io.catena.s3.auth.PayloadMode;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a request says of its body's checksum.
///
/// @param value base64; empty when a trailer will carry it
public record ClaimedChecksum(ChecksumAlgorithm algorithm, Optional<String> value) {
    private static final List<String> NOT_VALUES = List.of("algorithm", "type", "mode");

    /// From headers, or announced for the trailer.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_REQUEST for contradictions, unknown
    ///     algorithms, values that are none
    public static Optional<ClaimedChecksum> of(SignedRequest signed) {
        S3Request request = signed.request();
        Optional<ClaimedChecksum> inHeader = inHeader(request);
        Optional<ClaimedChecksum> inTrailer = inTrailer(signed);
        if (inHeader.isPresent() && inTrailer.isPresent()) {
            throw single();
        }
        Optional<ClaimedChecksum> claimed = inHeader.or(() -> inTrailer);
        request.headerWithText("x-amz-sdk-checksum-algorithm").ifPresent(
                name -> checkAnnounced(ChecksumAlgorithm.of(name), claimed));
        return claimed;
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_REQUEST
    public static Optional<ClaimedChecksum> inHeader(S3Request request) {
        return headerName(request).map(name -> claim(name, request.header(name).orElseThrow()));
    }

    private static Optional<String> headerName(S3Request request) {
        List<String> names = request.http().headers().names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith(ChecksumAlgorithm.HEADER_PREFIX))
                .filter(name -> !NOT_VALUES.contains(suffix(name)))
                .distinct()
                .toList();
        if (names.size() > 1) {
            throw single();
        }
        return names.stream().findFirst();
    }

    /// Of the object that a completion makes: a composite value has the number of parts behind it.
    /// What is no value of the algorithm does not match either.
    public static Optional<ClaimedChecksum> ofObject(S3Request request) {
        return headerName(request).map(name -> new ClaimedChecksum(
                ChecksumAlgorithm.of(suffix(name)), request.header(name)));
    }

    /// @param fields of a form, by lower-case name
    /// @throws io.catena.s3.error.S3Exception INVALID_REQUEST
    static Optional<ClaimedChecksum> inForm(Map<String, String> fields) {
        List<String> names = fields.keySet().stream()
                .filter(name -> name.startsWith(ChecksumAlgorithm.HEADER_PREFIX))
                .filter(name -> !NOT_VALUES.contains(suffix(name)))
                .toList();
        if (names.size() > 1) {
            throw single();
        }
        return names.stream().findFirst().map(name -> claim(name, fields.get(name)));
    }

    private static ClaimedChecksum claim(String name, String value) {
        ChecksumAlgorithm algorithm = ChecksumAlgorithm.of(suffix(name));
        if (!algorithm.valid(value)) {
            throw S3Error.INVALID_REQUEST.exception("Value for " + name + " header is invalid.");
        }
        return new ClaimedChecksum(algorithm, Optional.of(value));
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_REQUEST
    static Optional<ClaimedChecksum> inTrailer(SignedRequest signed) {
        Optional<String> trailer = signed.request().headerWithText("x-amz-trailer");
        boolean offered = signed.payload() instanceof PayloadMode.Chunked(_, boolean with) && with;
        if (trailer.isPresent() && !offered) {
            throw S3Error.INVALID_REQUEST.exception("x-amz-trailer needs a trailer payload.");
        }
        return trailer.map(name -> name.toLowerCase(Locale.ROOT)).map(name -> {
            if (!name.startsWith(ChecksumAlgorithm.HEADER_PREFIX)) {
                throw S3Error.INVALID_REQUEST.exception(
                        "The value specified in the x-amz-trailer header is not supported");
            }
            return new ClaimedChecksum(ChecksumAlgorithm.of(suffix(name)), Optional.empty());
        });
    }

    private static void checkAnnounced(
            ChecksumAlgorithm announced, Optional<ClaimedChecksum> claimed) {
        if (claimed.isEmpty()) {
            throw S3Error.INVALID_REQUEST.exception(
                    "x-amz-sdk-checksum-algorithm specified, but no "
                    + "corresponding x-amz-checksum-* or x-amz-trailer headers were found.");
        }
        if (claimed.get().algorithm() != announced) {
            throw S3Error.INVALID_REQUEST.exception(
                    "Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
    }

    private static String suffix(String header) {
        return header.substring(ChecksumAlgorithm.HEADER_PREFIX.length());
    }

    private static RuntimeException single() {
        return S3Error.INVALID_REQUEST.exception("Expecting a single x-amz-checksum- header. "
                + "Multiple checksum Types are not allowed.");
    }
}
