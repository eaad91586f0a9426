package io.catena.client.object;

import java.util.Optional;

/// What names a version of an object, among those of its key. Text of it is opaque to clients.
///
/// ```
/// null | number, 16 hexadecimal digits · token, 16 hexadecimal digits
/// ```
///
/// @param number grows with every version of a key; negative: the version `null`
/// @param token random, so that an id never means another version, also when a key's numbers began
///     anew
public record VersionId(long number, long token) {
    private static final int TEXT_LENGTH = 32;
    /// The version that was written while the bucket kept no versions, or had suspended that.
    public static final VersionId NULL = new VersionId(-1, 0);

    public boolean isNull() {
        return number < 0;
    }

    /// Empty when no version can have this id.
    public static Optional<VersionId> parse(String text) {
        if (text.equals("null")) {
            return Optional.of(NULL);
        }
        boolean wellFormed = text.length() == TEXT_LENGTH && text.charAt(0) <= '7'
                && text.chars().allMatch(
                        digit -> digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f');
        return wellFormed ? Optional.of(new VersionId(Long.parseLong(text, 0, 16, 16),
                Long.parseUnsignedLong(text, 16, TEXT_LENGTH, 16))) : Optional.empty();
    }

    public String text() {
        return isNull() ? "null" : "%016x%016x".formatted(number, token);
    }

    @Override
    public String toString() {
        return text();
    }
}
