package io.catena.s3.payload;

import io.catena.client.object.Checksum;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The body of an upload by form: its fields, read first, and its file, to be streamed when the
/// fields were found good.
public final class FormBody {
    private static final long FILE_BYTES_MAX = 5L * 1024 * 1024 * 1024;
    /// RFC 2046, section 5.1.1.
    private static final Pattern BOUNDARY = Pattern.compile(
            "(?i)multipart/form-data\\s*;.*\\bboundary=(?:\"([ -~&&[^\"]]{1,70})\""
                    + "|([!-~&&[^\";,]]{1,70})).*");

    private final FormFraming framing;
    private final Optional<ClaimedChecksum> claimed;
    private final ChecksumAlgorithm kept;
    private final Digests digests;
    private final BodyStream file;

    private FormBody(HttpServerRequest http, FormFraming framing) {
        this.framing = framing;
        claimed = ClaimedChecksum.inForm(framing.fields());
        kept = claimed.map(ClaimedChecksum::algorithm).orElse(ChecksumAlgorithm.CRC64NVME);
        digests = new Digests(Set.of(kept));
        file = new BodyStream(http, framing, digests, Vertx.currentContext(), () -> { });
    }

    /// Reads the fields, up to where the file begins. Called on an event loop.
    ///
    /// @return fails with MALFORMED_POST and what the fields are refused with
    /// @throws S3Exception MISSING_CONTENT_LENGTH, MALFORMED_POST
    public static Future<FormBody> open(S3Request request) {
        HttpServerRequest http = request.http();
        if (request.header("content-length").isEmpty()) {
            throw S3Error.MISSING_CONTENT_LENGTH.exception();
        }
        FormFraming framing = new FormFraming(
                boundary(request.header("content-type").orElse("")), FILE_BYTES_MAX);
        Promise<FormBody> opened = Promise.promise();
        http.exceptionHandler(opened::tryFail);
        http.endHandler(_ -> opened.tryFail(S3Error.MALFORMED_POST.exception()));
        http.handler(bytes -> read(http, framing, bytes, opened));
        if ("100-continue".equalsIgnoreCase(http.getHeader("expect"))) {
            http.response().writeContinue();
        }
        http.fetch(1);
        return opened.future();
    }

    private static void read(HttpServerRequest http, FormFraming framing, Buffer bytes,
            Promise<FormBody> opened) {
        try {
            if (!framing.begin(bytes)) {
                http.fetch(1);
            } else {
                opened.tryComplete(new FormBody(http, framing));
            }
        } catch (S3Exception refused) {
            opened.tryFail(refused);
        }
    }

    private static String boundary(String contentType) {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.matches()) {
            throw S3Error.MALFORMED_POST.exception();
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    /// By lower-case name.
    public Map<String, String> fields() {
        return framing.fields();
    }

    public Optional<String> field(String name) {
        return Optional.ofNullable(framing.fields().get(name)).filter(text -> !text.isEmpty());
    }

    /// Of the file, without folders.
    public String filename() {
        return framing.filename();
    }

    /// The file, paused, which must be as long as said here.
    public ReadStream<Buffer> file(long bytesMin, long bytesMax) {
        framing.limit(bytesMin, bytesMax);
        return file;
    }

    /// After the end of the file.
    ///
    /// @throws S3Exception BAD_DIGEST
    public Digests verified() {
        claimed.ifPresent(claim -> {
            if (!claim.value().equals(Optional.of(digests.base64(claim.algorithm())))) {
                throw S3Error.BAD_DIGEST.exception("The " + claim.algorithm().name()
                        + " you specified did not match the calculated checksum.");
            }
        });
        return digests;
    }

    /// The checksum to keep.
    public Checksum checksum() {
        return new Checksum(kept.name(), digests.base64(kept), false);
    }
}
