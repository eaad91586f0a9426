package io.catena.protocol.chain;

import java.util.Optional;

/// What a key holds at one position.
///
/// @param tag what conditional requests compare (S3: the ETag), opaque to the chain
/// @param value the record, opaque to the chain; in a scan perhaps only its beginning
/// @param body bytes outside the index that belong to this version and go with it
/// @param holdsReferences the value names other records (blocks, parts); when this version is
///     replaced, its value is kept as garbage until those have been released
public record Version(
        Position position, Bytes tag, Bytes value, Optional<BodyRef> body,
                boolean holdsReferences) {}
