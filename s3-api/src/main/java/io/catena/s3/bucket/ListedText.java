package io.catena.s3.bucket;

import io.catena.protocol.chain.Bytes;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.PercentCoding;
import io.catena.s3.http.Query;
import java.util.Optional;

/// How a listing shows keys: as they are, or percent-encoded because XML cannot show every key.
///
/// @param url the client asked for encoding-type=url
public record ListedText(boolean url) {
    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
    public static ListedText asked(Query query) {
        Optional<String> type = query.get("encoding-type").filter(value -> !value.isEmpty());
        if (type.isPresent() && !type.get().equals("url")) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "Invalid Encoding Method specified in Request");
        }
        return new ListedText(type.isPresent());
    }

    public String of(Bytes key) {
        return url ? PercentCoding.encode(key.unsafeArray(), true) : key.toUtf8();
    }
}
