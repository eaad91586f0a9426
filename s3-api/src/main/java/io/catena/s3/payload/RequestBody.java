package io.catena.s3.payload;

import io.catena.client.object.Checksum;
import io.catena.s3.auth.PayloadMode;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The body of an upload: what its head claims, its bytes, and whether the claims were true.
public final class RequestBody {
    /// Of one PUT (S3 API reference, PutObject).
    private static final long LENGTH_BYTES_MAX = 5L * 1024 * 1024 * 1024;
    private static final int MD5_BYTES = 16;

    private final PayloadMode payload;
    private final long lengthBytes;
    private final Optional<ClaimedChecksum> claimed;
    private final Optional<String> md5Hex;
    private final Framing framing;
    private final Digests digests;
    private final BodyStream stream;

    private RequestBody(
            SignedRequest signed, Set<ChecksumAlgorithm> algorithms,
            Optional<ClaimedChecksum> claimedOfBody) {
        S3Request request = signed.request();
        if (request.http().response().closed()) {
            // Its going away was told before anybody listened.
            throw S3Error.REQUEST_TIMEOUT.exception("The connection was closed.");
        }
        payload = signed.payload();
        claimed = claimedOfBody;
        md5Hex = request.header("content-md5").map(RequestBody::md5Hex);
        lengthBytes = lengthBytes(request, payload);
        framing = framing(request, payload, lengthBytes);
        digests = new Digests(wanted(algorithms), signed.chunkSignatures());
        stream = new BodyStream(request.http(), framing, digests, Vertx.currentContext(),
                () -> proceed(request.http()));
    }

    /// Judges the head; the body is not touched yet. Called on an event loop.
    ///
    /// @param algorithms to compute beside what the head claims
    /// @throws io.catena.s3.error.S3Exception MISSING_CONTENT_LENGTH, ENTITY_TOO_LARGE,
    ///     INVALID_DIGEST, INVALID_REQUEST, INVALID_ARGUMENT
    public static RequestBody open(SignedRequest signed, Set<ChecksumAlgorithm> algorithms) {
        return new RequestBody(signed, algorithms, ClaimedChecksum.of(signed));
    }

    /// As [#open], when x-amz-checksum-* headers are not about this body but about the object that
    /// the request makes.
    public static RequestBody openDocument(SignedRequest signed) {
        return new RequestBody(signed, Set.of(), ClaimedChecksum.inTrailer(signed));
    }

    /// Without framing.
    public long lengthBytes() {
        return lengthBytes;
    }

    /// What the head claims or announces.
    public Optional<ClaimedChecksum> claimed() {
        return claimed;
    }

    /// Whether anything protects the body beyond the signature.
    public boolean hasDigest() {
        return md5Hex.isPresent() || claimed.isPresent();
    }

    /// Paused. The first demand tells a waiting client to go on (RFC 9110, section 10.1.1).
    public ReadStream<Buffer> stream() {
        return stream;
    }

    /// Compares every claim with what was read; called after the end of the stream.
    ///
    /// @throws io.catena.s3.error.S3Exception BAD_DIGEST, SHA256_MISMATCH, MALFORMED_TRAILER
    public Digests verified() {
        if (md5Hex.isPresent() && !md5Hex.get().equals(digests.md5Hex())) {
            throw S3Error.BAD_DIGEST.exception(
                    "The Content-MD5 you specified did not match what we "
                    + "received.");
        }
        if (payload instanceof PayloadMode.Literal(String expectedHex)) {
            byte[] actual = Base64.getDecoder().decode(digests.base64(ChecksumAlgorithm.SHA256));
            if (!HexFormat.of().formatHex(actual).equals(expectedHex)) {
                throw S3Error.SHA256_MISMATCH.exception();
            }
        }
        claimed.ifPresent(this::verify);
        return digests;
    }

    /// The checksum to keep: computed by `algorithm`, of the bytes as they came.
    public Checksum checksum(ChecksumAlgorithm algorithm) {
        return new Checksum(algorithm.name(), digests.base64(algorithm), false);
    }

    private void verify(ClaimedChecksum claim) {
        ChecksumAlgorithm algorithm = claim.algorithm();
        String value = claim.value().or(this::trailerValue)
                .orElseThrow(S3Error.MALFORMED_TRAILER::exception);
        if (!algorithm.valid(value)) {
            throw S3Error.INVALID_REQUEST.exception(
                    "Value for " + algorithm.header() + " trailing header is invalid.");
        }
        if (!value.equals(digests.base64(algorithm))) {
            throw S3Error.BAD_DIGEST.exception("The " + algorithm.name()
                    + " you specified did not match the calculated checksum.");
        }
    }

    private Optional<String> trailerValue() {
        return framing instanceof ChunkedFraming chunked ? chunked.trailerValue()
                : Optional.empty();
    }

    private Set<ChecksumAlgorithm> wanted(Set<ChecksumAlgorithm> algorithms) {
        Set<ChecksumAlgorithm> wanted = EnumSet.noneOf(ChecksumAlgorithm.class);
        wanted.addAll(algorithms);
        claimed.ifPresent(claim -> wanted.add(claim.algorithm()));
        if (payload instanceof PayloadMode.Literal) {
            wanted.add(ChecksumAlgorithm.SHA256);
        }
        return wanted;
    }

    private static Framing framing(S3Request request, PayloadMode payload, long lengthBytes) {
        if (!(payload instanceof PayloadMode.Chunked(boolean signed, boolean trailer))) {
            return new Framing.Plain(lengthBytes);
        }
        Optional<String> announced = trailer
                ? request.headerWithText("x-amz-trailer").map(name -> name.toLowerCase(Locale.ROOT))
                : Optional.empty();
        return new ChunkedFraming(signed, announced, lengthBytes);
    }

    private static long lengthBytes(S3Request request, PayloadMode payload) {
        Optional<String> decoded = request.header("x-amz-decoded-content-length");
        boolean chunked = payload instanceof PayloadMode.Chunked;
        if (decoded.isPresent() && !chunked) {
            // Stored as it is, the framing would become part of the object.
            throw S3Error.INVALID_REQUEST.exception(
                    "x-amz-decoded-content-length needs a STREAMING "
                    + "value of x-amz-content-sha256.");
        }
        String text = (chunked ? decoded : request.header("content-length"))
                .orElseThrow(S3Error.MISSING_CONTENT_LENGTH::exception);
        if (!text.matches("[0-9]{1,18}")) {
            throw S3Error.INVALID_ARGUMENT.exception("The length of the body is no number.");
        }
        long lengthBytes = Long.parseLong(text);
        if (lengthBytes > LENGTH_BYTES_MAX) {
            throw S3Error.ENTITY_TOO_LARGE.exception();
        }
        return lengthBytes;
    }

    private static String md5Hex(String base64) {
        try {
            byte[] md5 = Base64.getDecoder().decode(base64);
            if (md5.length == MD5_BYTES) {
                return HexFormat.of().formatHex(md5);
            }
        } catch (IllegalArgumentException _) {
            // Refused below, like a value of the wrong length.
        }
        throw S3Error.INVALID_DIGEST.exception();
    }

    private static void proceed(HttpServerRequest http) {
        if ("100-continue".equalsIgnoreCase(http.getHeader("expect"))) {
            http.response().writeContinue();
        }
    }
}
