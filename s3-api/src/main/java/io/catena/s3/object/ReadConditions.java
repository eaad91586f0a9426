package io.catena.s3.object;

import io.catena.client.object.StoredObject;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// If-Match and its kin on a read or on the source of a copy. Judged only after authentication:
/// they would tell a stranger what exists. Source: RFC 9110, section 13.2.2; S3 API reference,
/// GetObject.
///
/// @param prefix of the header names
public record ReadConditions(S3Request request, String prefix) {
    /// Whether the object may be read.
    ///
    /// @throws io.catena.s3.error.S3Exception PRECONDITION_FAILED; NOT_MODIFIED
    public void check(StoredObject object) {
        String etag = object.attributes().etag();
        boolean expected = etags("if-match").map(tags -> tags.match(etag)).orElseGet(
                () -> date("if-unmodified-since").map(date -> !modifiedAfter(object, date))
                        .orElse(true));
        if (!expected) {
            throw S3Error.PRECONDITION_FAILED.exception();
        }
        boolean known = etags("if-none-match").map(tags -> tags.match(etag)).orElseGet(
                () -> date("if-modified-since").map(date -> !modifiedAfter(object, date))
                        .orElse(false));
        if (known) {
            throw S3Error.NOT_MODIFIED.exception();
        }
    }

    private Optional<ETags> etags(String name) {
        return request.headerWithText(prefix + name).map(ETags::parse);
    }

    private Optional<Instant> date(String name) {
        return request.headerWithText(prefix + name).flatMap(ReadConditions::httpDate);
    }

    /// Dates that are none are ignored (RFC 9110, section 13.1.3).
    static Optional<Instant> httpDate(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /// HTTP knows whole seconds only.
    static boolean modifiedAfter(StoredObject object, Instant date) {
        return object.modifiedMillis() / 1_000 > date.getEpochSecond();
    }
}
