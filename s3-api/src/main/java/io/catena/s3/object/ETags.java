package io.catena.s3.object;

import java.util.Arrays;
import java.util.List;

/// The entity tags that a condition names (RFC 9110, section 8.8.3); quotes may be missing.
///
/// @param any `*`
record ETags(boolean any, List<String> tags) {
    static ETags parse(String header) {
        String text = header.strip();
        return text.equals("*") ? new ETags(true, List.of())
                : new ETags(false, Arrays.stream(text.split(",")).map(ETags::unquoted).toList());
    }

    boolean match(String etag) {
        return any || tags.contains(etag);
    }

    static String unquoted(String tag) {
        String text = tag.strip();
        if (text.startsWith("W/")) {
            text = text.substring(2);
        }
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1) : text;
    }
}
