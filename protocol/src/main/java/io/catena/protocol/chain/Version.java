package io.catena.protocol.chain;

import java.util.Optional;

/// What a key holds at one position.
///
/// @param tag what conditional requests compare (S3: the ETag), opaque to the chain
/// @param value the record, opaque to the chain; in a scan perhaps only its beginning
/// @param body bytes outside the index that belong to this version and go with it
/// @param holdsReferences the value names other records (blocks, parts); when this version is
///     replaced, its value is kept as garbage until those have been released
/// @param charge what this version counts for as long as the key holds it
public record Version(
        Position position, Bytes tag, Bytes value, Optional<BodyRef> body,
                boolean holdsReferences, Optional<Charge> charge) {
    /// A version that counts for nothing.
    public Version(Position position, Bytes tag, Bytes value, Optional<BodyRef> body,
            boolean holdsReferences) {
        this(position, tag, value, body, holdsReferences, Optional.empty());
    }

    /// This version with at most so much of its value.
    public Version truncated(int valueBytesMax) {
        return value.length() <= valueBytesMax ? this : new Version(position, tag,
                value.slice(0, valueBytesMax), body, holdsReferences, charge);
    }
}
