package io.catena.s3.payload;

import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// aws-chunked framing, strictly: `size[;chunk-signature=s]\r\n data \r\n`, a last chunk of size 0,
/// then the announced trailer and an empty line, then nothing. Sizes are checked against the
/// announced decoded length before a byte of the chunk is taken; lines are bounded. Source:
/// "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks"
/// and "... including trailing headers" of the S3 API reference.
final class ChunkedFraming implements Framing {
    private static final int LINE_CHARS_MAX = 512;
    private static final Pattern SIGNED_HEADER =
            Pattern.compile("([0-9a-fA-F]{1,12});chunk-signature=([0-9a-f]{64})");
    private static final Pattern UNSIGNED_HEADER = Pattern.compile("([0-9a-fA-F]{1,12})");
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private enum State { HEADER, DATA, DATA_END, TRAILER, DONE }

    private final boolean signed;
    private final Optional<String> trailerAnnounced;
    private final StringBuilder line = new StringBuilder();
    private final Map<String, String> trailer = new TreeMap<>();
    private State state = State.HEADER;
    private long decodedBytesLeft;
    private long chunkBytesLeft;
    private String chunkSignature = "";

    /// @param trailerAnnounced lower-case name of the one trailing header, if one comes
    ChunkedFraming(boolean signed, Optional<String> trailerAnnounced, long decodedBytes) {
        this.signed = signed;
        this.trailerAnnounced = trailerAnnounced;
        this.decodedBytesLeft = decodedBytes;
    }

    @Override
    public void accept(Buffer received, Output out) {
        int at = 0;
        while (at < received.length()) {
            if (state == State.DATA) {
                int length = (int) Math.min(chunkBytesLeft, received.length() - at);
                out.data(received.slice(at, at + length));
                at += length;
                dataTaken(length, out);
            } else {
                onByte(received.getByte(at), out);
                at++;
            }
        }
    }

    @Override
    public void end(Output out) {
        if (state != State.DONE || decodedBytesLeft != 0) {
            throw S3Error.INCOMPLETE_BODY.exception();
        }
    }

    /// The checksum that came in the trailer.
    Optional<String> trailerValue() {
        return trailerAnnounced.map(trailer::get);
    }

    private void dataTaken(int length, Output out) {
        chunkBytesLeft -= length;
        if (chunkBytesLeft == 0) {
            state = State.DATA_END;
            out.chunkEnd(chunkSignature);
        }
    }

    private void onByte(byte b, Output out) {
        if (state == State.DONE) {
            throw S3Error.INCOMPLETE_BODY.exception("There are bytes after the last chunk.");
        }
        if (line.length() >= LINE_CHARS_MAX) {
            throw broken();
        }
        line.append((char) (b & 0xff));
        if (b == '\n') {
            String text = line.toString();
            line.setLength(0);
            onLine(text, out);
        }
    }

    private void onLine(String text, Output out) {
        switch (state) {
            case HEADER -> onHeader(withoutEnd(text), out);
            case DATA_END -> onDataEnd(withoutEnd(text));
            case TRAILER -> onTrailer(text, out);
            case DATA, DONE -> throw new IllegalStateException("no lines in " + state);
        }
    }

    private void onHeader(String header, Output out) {
        Matcher matcher = (signed ? SIGNED_HEADER : UNSIGNED_HEADER).matcher(header);
        if (!matcher.matches()) {
            throw broken();
        }
        long size = Long.parseLong(matcher.group(1), 16);
        if (size > decodedBytesLeft) {
            throw S3Error.INCOMPLETE_BODY.exception(
                    "The chunks are longer than x-amz-decoded-content-length.");
        }
        chunkSignature = signed ? matcher.group(2) : "";
        decodedBytesLeft -= size;
        chunkBytesLeft = size;
        if (size == 0) {
            state = State.TRAILER;
            out.chunkEnd(chunkSignature);
        } else {
            state = State.DATA;
        }
    }

    private void onDataEnd(String text) {
        if (!text.isEmpty()) {
            throw broken();
        }
        state = State.HEADER;
    }

    /// Trailing lines may end with a bare line feed: the documentation's own examples do.
    private void onTrailer(String text, Output out) {
        String header = text.strip();
        if (header.isEmpty()) {
            onTrailerEnd(out);
            return;
        }
        int colon = header.indexOf(':');
        String name = colon < 0 ? "" : header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        boolean expected = trailerAnnounced.isPresent() && trailerAnnounced.get().equals(name)
                || signed && trailerAnnounced.isPresent() && name.equals(TRAILER_SIGNATURE);
        if (!expected || trailer.put(name, header.substring(colon + 1).strip()) != null) {
            throw S3Error.MALFORMED_TRAILER.exception();
        }
    }

    private void onTrailerEnd(Output out) {
        state = State.DONE;
        if (trailerAnnounced.isEmpty()) {
            return;
        }
        String value = trailer.get(trailerAnnounced.get());
        String signature = trailer.get(TRAILER_SIGNATURE);
        if (value == null || signed && signature == null) {
            throw S3Error.MALFORMED_TRAILER.exception();
        }
        if (signed) {
            out.trailerEnd(trailerAnnounced.get() + ':' + value + '\n', signature);
        }
    }

    private static String withoutEnd(String text) {
        if (!text.endsWith("\r\n")) {
            throw broken();
        }
        return text.substring(0, text.length() - 2);
    }

    private static S3Exception broken() {
        return S3Error.INVALID_REQUEST.exception("The aws-chunked framing of the body is broken.");
    }
}
