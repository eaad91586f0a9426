package io.catena.client.object;

import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import java.util.List;

/// Where an object's or a part's bytes are.
sealed interface Location extends StoredObject.Content {
    /// In the record itself.
    record Inline(Bytes bytes) implements Location {}

    /// In the body that belongs to the record's version.
    record Attached(ChainId chain, BodyRef body) implements Location {}

    /// In blocks on any chains, one behind the other.
    record Blocks(List<Block> blocks) implements Location {
        public Blocks {
            blocks = List.copyOf(blocks);
        }
    }

    /// In the records of an upload's parts, on the chain where the upload was completed.
    record Parts(ChainId chain, long bucketId, String uploadId, List<Part> parts)
            implements Location {
        public Parts {
            parts = List.copyOf(parts);
        }
    }

    /// A block: a record of its own, named after its body, on some chain.
    record Block(ChainId chain, BodyRef body) {}

    /// A part of an object made by a multipart upload.
    record Part(int number, long sizeBytes) {}

    /// Whether other records hold the bytes, which are garbage when this one is replaced.
    default boolean refersToRecords() {
        return switch (this) {
            case Inline _, Attached _ -> false;
            case Blocks _, Parts _ -> true;
        };
    }
}
