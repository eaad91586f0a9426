package io.catena.chain.store;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The bytes of bodies on one disk. Every method may block and may be called from any thread; calls
/// for one body come one at a time.
public interface BodyStore {
    /// Writes a chunk to free space and verifies its checksums. Not durable before an update that
    /// names the body is flushed; forgotten by a restart before that.
    BodyReply stage(BodyMessage.Stage chunk, ByteBuffer bytes);

    /// Gives up a staged body that no update named.
    void discard(ChainId chain, BodyId id);

    /// Whether the whole body is here, staged or stored, with the checksum the reference says.
    boolean holds(ChainId chain, BodyRef ref);

    /// How many bytes of the body, from its start on, are staged here; its length when it is
    /// stored.
    int stagedBytes(ChainId chain, BodyId id);

    /// Reads and verifies; staged bodies can be read too.
    Content read(BodyMessage.Read request);

    /// Reads stored bodies behind `after`, in the order of their ids, until about `bytesMax` are
    /// read; a damaged one is noted as missing, to be fetched again.
    Verified verify(ChainId chain, Optional<BodyId> after, int bytesMax);

    /// What this process found damaged, and what of it is whole again.
    BodyDamage damage();

    /// Bodies that the index or log names but that are not here (a copy could not get them yet).
    List<BodyRef> missing(ChainId chain, int most);

    /// Bytes that can still be written before writes are refused.
    long freeBytes();

    /// What a read found: a reply, and for [BodyReply.Content] the bytes.
    record Content(BodyReply reply, ByteBuffer bytes) {}

    /// What a piece of verifying came to.
    ///
    /// @param next verify behind this one next; empty: that was all
    record Verified(int bodies, long bytes, int damaged, Optional<BodyId> next) {}

    /// Bodies found damaged by any read, and bodies that were fetched again for that.
    record BodyDamage(long found, long repaired) {
        public static final BodyDamage NONE = new BodyDamage(0, 0);
    }
}
