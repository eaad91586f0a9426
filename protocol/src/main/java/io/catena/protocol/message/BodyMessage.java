package io.catena.protocol.message;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.ChainId;
import java.util.List;

/// Bytes of bodies, sent beside the chain's messages: the core never sees them. The bytes
/// themselves follow the encoded message in its frame.
public sealed interface BodyMessage {
    /// A piece of a body never exceeds this; every piece but the last is a multiple of a page.
    int CHUNK_BYTES_MAX = 256 << 10;

    ChainId chain();

    BodyId id();

    /// Keep these bytes at `offsetBytes` of the body until an update names it. Chunks of a body
    /// come in order; one that is there already is accepted again.
    ///
    /// @param bodyLengthBytes the whole body's length, the same in every chunk
    /// @param pageCrcs the CRC32C of each 64 KiB page of the chunk
    record Stage(
            ChainId chain, BodyId id, int bodyLengthBytes, int offsetBytes, List<Integer> pageCrcs)
            implements BodyMessage {
        public Stage {
            pageCrcs = List.copyOf(pageCrcs);
        }
    }

    /// The writer gives the body up: free its space.
    record Discard(ChainId chain, BodyId id) implements BodyMessage {}

    /// Send these bytes of a stored body; `offsetBytes` is a multiple of a page.
    record Read(ChainId chain, BodyId id, int offsetBytes, int lengthBytes)
            implements BodyMessage {}
}
