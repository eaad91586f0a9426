package io.catena.admin;

import io.catena.s3.auth.SignedRequest;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.RequestBody;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import java.util.Locale;

/// Reads a body that is a JSON object: bounded, and verified against its signed hash before it is
/// looked at.
final class JsonBody {
    static final int BYTES_MAX = 64 * 1024;

    private JsonBody() {}

    /// @return fails with MALFORMED_JSON, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, and what
    ///     [RequestBody#verified] throws
    static Future<Fields> read(SignedRequest signed) {
        checkType(signed.request());
        RequestBody body = RequestBody.openDocument(signed);
        if (body.lengthBytes() > BYTES_MAX) {
            throw AdminError.BODY_TOO_LARGE.exception(
                    "A body has at most " + BYTES_MAX + " bytes.");
        }
        return collect(body.stream(), (int) body.lengthBytes()).map(document -> {
            body.verified();
            return new Fields(parse(document));
        });
    }

    /// @throws AdminException INVALID_ARGUMENT when there is a body, which nobody would read
    static void refuse(S3Request request) {
        boolean none = request.header("content-length").orElse("0").equals("0")
                && request.header("transfer-encoding").isEmpty();
        if (!none) {
            throw AdminError.INVALID_ARGUMENT.exception("This request has no body.");
        }
    }

    private static void checkType(S3Request request) {
        String type = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.equals("application/json") && !type.startsWith("application/json;")) {
            throw AdminError.UNSUPPORTED_MEDIA_TYPE.exception(
                    "Content-Type must be application/json.");
        }
    }

    private static Future<Buffer> collect(ReadStream<Buffer> stream, int lengthBytes) {
        Promise<Buffer> whole = Promise.promise();
        Buffer document = Buffer.buffer(lengthBytes);
        stream.handler(document::appendBuffer);
        stream.exceptionHandler(whole::tryFail);
        stream.endHandler(_ -> whole.tryComplete(document));
        stream.resume();
        return whole.future();
    }

    private static JsonObject parse(Buffer document) {
        try {
            return new JsonObject(document);
        } catch (DecodeException | ClassCastException _) {
            throw AdminError.MALFORMED_JSON.exception("The body is not a JSON object.");
        }
    }
}
