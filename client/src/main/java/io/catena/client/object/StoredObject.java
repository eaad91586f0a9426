package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import java.util.List;
import java.util.Optional;

/// A committed object: its attributes and where its bytes are.
///
/// @param key opaque bytes, never a path
/// @param modifiedMillis wall clock of the gateway that wrote it; for display, never for order
/// @param partSizes lengths of the parts of a multipart object, in order; else empty
/// @param content what [ObjectStorage#read] needs
/// @param versionId empty when it was stored while its bucket kept no versions: then it is
///     [VersionId#NULL]
public record StoredObject(
        Bytes key,
        long sizeBytes,
        long modifiedMillis,
        ObjectAttributes attributes,
        List<Long> partSizes,
        Content content,
        Optional<VersionId> versionId) {
    /// Opaque to callers: where the bytes are.
    public interface Content {}

    public StoredObject {
        partSizes = List.copyOf(partSizes);
    }

    public Optional<Checksum> checksum() {
        return attributes.checksum();
    }

    /// Whether a part's checksum is one that those who know the object's can verify.
    public boolean isOfSameAlgorithm(Checksum part) {
        return checksum().filter(own -> own.algorithm().equals(part.algorithm())).isPresent();
    }
}
