package io.catena.s3.object;

import io.catena.client.object.PutCondition;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.util.Optional;

/// If-Match and If-None-Match on a write; judged by storage, together with the write. Source:
/// "Prevent object overwrites with conditional writes" of the S3 user guide.
public final class WriteConditions {
    private WriteConditions() {}

    /// @throws io.catena.s3.error.S3Exception NOT_IMPLEMENTED for conditions that S3 does not have
    public static PutCondition of(S3Request request) {
        Optional<ETags> match = request.headerWithText("if-match").map(ETags::parse);
        Optional<ETags> noneMatch = request.headerWithText("if-none-match").map(ETags::parse);
        if (match.isPresent() && noneMatch.isPresent()
                || noneMatch.isPresent() && !noneMatch.get().any()
                || match.isPresent() && match.get().tags().size() > 1) {
            throw S3Error.NOT_IMPLEMENTED.exception(
                    "Only If-None-Match: * or If-Match with one ETag is implemented for writes.");
        }
        if (noneMatch.isPresent()) {
            return new PutCondition.IfAbsent();
        }
        return match.<PutCondition>map(tags ->
                new PutCondition.IfMatch(tags.tags().stream().findFirst()))
                .orElse(PutCondition.NONE);
    }
}
