package io.catena.protocol.chain;

/// One line of a scan's page.
public sealed interface ScanEntry {
    /// The key, or the common prefix.
    Bytes key();

    /// A key and the version it holds.
    record Item(Bytes key, Version version) implements ScanEntry {}

    /// Keys rolled up at the delimiter.
    record CommonPrefix(Bytes key) implements ScanEntry {}
}
