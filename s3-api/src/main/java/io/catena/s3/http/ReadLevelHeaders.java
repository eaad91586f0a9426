package io.catena.s3.http;

import io.catena.protocol.chain.ReadLevel;
import io.catena.s3.error.S3Error;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Optional;

/// CRAQ's read levels (section 2.4 of the paper), asked for per request and never the default:
///
/// ```
/// x-catena-read-level: strong | eventual | bounded
/// x-catena-stale-millis-max: N      bounded only: how long ago the replica's lease may have ended
/// x-catena-stale-versions-max: N    bounded only: how many updates may be undecided there
/// ```
///
/// GetObject, HeadObject and both ListObjects take them; everything else is strong whatever it
/// says, so a client may send them with every request. A bounded read names one bound at least. An
/// answer below strong carries its level, so that nobody mistakes it. The request may be
/// authenticated, and its bucket found, by what this server knew last as well: a key that was
/// revoked while the server was cut off still reads here.
public final class ReadLevelHeaders {
    private static final String LEVEL = "x-catena-read-level";
    private static final String MILLIS = "x-catena-stale-millis-max";
    private static final String VERSIONS = "x-catena-stale-versions-max";
    private static final String EVENTUAL = "eventual";
    private static final String BOUNDED = "bounded";
    /// So many digits fit.
    private static final int DIGITS_MAX = 18;

    private ReadLevelHeaders() {}

    /// The level that a request is to be answered at.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
    public static ReadLevel of(S3Request request) {
        Optional<String> level = request.header(LEVEL);
        Optional<String> millis = request.header(MILLIS);
        Optional<String> versions = request.header(VERSIONS);
        if (level.or(() -> millis).or(() -> versions).isEmpty() || !takesLevels(request)) {
            return ReadLevel.STRONG;
        }
        String name = level.orElse("").toLowerCase(Locale.ROOT);
        if (name.equals(BOUNDED)) {
            return bounded(millis, versions);
        }
        if (millis.or(() -> versions).isPresent()) {
            throw invalid("Bounds go with " + LEVEL + ": " + BOUNDED);
        }
        return switch (name) {
            case "strong" -> ReadLevel.STRONG;
            case EVENTUAL -> new ReadLevel.Eventual();
            default -> throw invalid(LEVEL + " is strong, eventual or bounded");
        };
    }

    private static boolean takesLevels(S3Request request) {
        String method = request.method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return false;
        }
        S3Operation operation = Routes.of(request);
        return operation == S3Operation.GET_OBJECT || operation == S3Operation.HEAD_OBJECT
                || operation == S3Operation.LIST_OBJECTS
                || operation == S3Operation.LIST_OBJECTS_V2;
    }

    private static ReadLevel bounded(Optional<String> millis, Optional<String> versions) {
        if (millis.or(() -> versions).isEmpty()) {
            throw invalid("A bounded read needs " + MILLIS + " or " + VERSIONS);
        }
        return new ReadLevel.Bounded(
                bound(MILLIS, millis, ReadLevel.Bounded.STALE_MILLIS_MAX),
                bound(VERSIONS, versions, ReadLevel.Bounded.STALE_VERSIONS_MAX));
    }

    private static long bound(String header, Optional<String> value, long most) {
        if (value.isEmpty()) {
            return most;
        }
        String digits = value.get();
        boolean number = !digits.isEmpty() && digits.length() <= DIGITS_MAX
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || Long.parseLong(digits) > most) {
            throw invalid(header + " is a whole number of at most " + most);
        }
        return Long.parseLong(digits);
    }

    private static RuntimeException invalid(String message) {
        return S3Error.INVALID_ARGUMENT.exception(message);
    }

    /// Marks an answer that is below strong.
    public static void mark(HttpServerResponse response, ReadLevel level) {
        switch (level) {
            case ReadLevel.Strong _ -> { }
            case ReadLevel.Eventual _ -> response.putHeader(LEVEL, EVENTUAL);
            case ReadLevel.Bounded _ -> response.putHeader(LEVEL, BOUNDED);
        }
    }
}
