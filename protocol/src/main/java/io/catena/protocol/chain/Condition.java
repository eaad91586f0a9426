package io.catena.protocol.chain;

/// What must hold for a write to be admitted, judged by the head against the newest versions it
/// holds, dirty ones too.
public sealed interface Condition {
    /// The key, or the prefix of keys, that the condition speaks of.
    Bytes key();

    /// The key holds nothing.
    record Absent(Bytes key) implements Condition {}

    /// The key holds a version.
    record Present(Bytes key) implements Condition {}

    /// The key holds a version with this tag.
    record TagIs(Bytes key, Bytes tag) implements Condition {}

    /// The key holds the version of exactly this position (compare and set).
    record PositionIs(Bytes key, Position position) implements Condition {}

    /// No key that starts with `key` holds a version.
    record PrefixEmpty(Bytes key) implements Condition {}
}
