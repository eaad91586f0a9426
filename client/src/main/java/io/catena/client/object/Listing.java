package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import java.util.List;
import java.util.Optional;

/// A page of keys in byte order.
///
/// @param next the last key or common prefix of this page, when more follows
public record Listing(List<Entry> entries, Optional<Bytes> next) {
    public Listing {
        entries = List.copyOf(entries);
    }

    /// One line of the page.
    public sealed interface Entry {
        Bytes key();
    }

    /// An object, with what listings show of it.
    public record ObjectEntry(
            Bytes key, long sizeBytes, long modifiedMillis, String etag,
            Optional<Checksum> checksum)
            implements Entry {}

    /// Keys rolled up at the delimiter; ends with it.
    public record PrefixEntry(Bytes key) implements Entry {}
}
