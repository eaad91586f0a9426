package io.catena.s3.object;

import io.catena.s3.error.S3Error;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of an object's bytes.
public record ByteRange(long offset, long length) {
    private static final Pattern SINGLE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /// The range that a Range header asks for (RFC 9110, section 14.2); empty for the whole object,
    /// which is also the answer to several ranges or nonsense.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_RANGE when it holds no byte of the object
    static Optional<ByteRange> of(String header, long sizeBytes) {
        Matcher matcher = SINGLE.matcher(header.strip());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(matcher.group(2)), sizeBytes);
            return Optional.of(satisfiable(sizeBytes - last, last));
        }
        long first = Long.parseLong(matcher.group(1));
        long end = matcher.group(2).isEmpty() ? sizeBytes
                : Math.min(Long.parseLong(matcher.group(2)) + 1, sizeBytes);
        if (!matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < first) {
            return Optional.empty();
        }
        return Optional.of(satisfiable(first, end - first));
    }

    /// As Content-Range shows it.
    String of(long sizeBytes) {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + sizeBytes;
    }

    private static ByteRange satisfiable(long offset, long length) {
        if (length <= 0) {
            throw S3Error.INVALID_RANGE.exception();
        }
        return new ByteRange(offset, length);
    }
}
