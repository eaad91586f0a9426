package io.catena.client.chain;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.wire.WireWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Computes the page checksums that guard the bytes from here to every disk and back.
final class ChainBodyWriter implements BodyWriter {
    /// Sends one chunk.
    interface Stager {
        Future<Void> stage(ChainId chain, BodyMessage.Stage chunk, Buffer bytes);
    }

    private final ChainId chain;
    private final BodyId id;
    private final int lengthBytes;
    private final Stager stager;
    private final WireWriter allCrcs = new WireWriter();
    private int offsetBytes;

    ChainBodyWriter(ChainId chain, BodyId id, int lengthBytes, Stager stager) {
        this.chain = chain;
        this.id = id;
        this.lengthBytes = lengthBytes;
        this.stager = stager;
    }

    @Override
    public Future<Void> write(Buffer chunk) {
        boolean last = offsetBytes + chunk.length() == lengthBytes;
        Invariant.check(chunk.length() > 0 && chunk.length() <= BodyMessage.CHUNK_BYTES_MAX
                        && (last || chunk.length() % BodyRef.PAGE_BYTES == 0)
                        && offsetBytes + chunk.length() <= lengthBytes,
                () -> "chunk of " + chunk.length() + " at " + offsetBytes + " of " + lengthBytes);
        var stage = new BodyMessage.Stage(
                chain, id, lengthBytes, offsetBytes, pageCrcs(chunk.getBytes()));
        offsetBytes += chunk.length();
        return stager.stage(chain, stage, chunk);
    }

    private List<Integer> pageCrcs(byte[] bytes) {
        List<Integer> crcs = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += BodyRef.PAGE_BYTES) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, from, Math.min(BodyRef.PAGE_BYTES, bytes.length - from));
            crcs.add((int) crc.getValue());
            allCrcs.i32((int) crc.getValue());
        }
        return crcs;
    }

    @Override
    public BodyRef finish() {
        Invariant.check(offsetBytes == lengthBytes, "the body is not complete");
        CRC32C whole = new CRC32C();
        whole.update(allCrcs.toArray());
        return new BodyRef(id, lengthBytes, (int) whole.getValue());
    }

    @Override
    public void abandon() {
        // The head drops what no update names; nothing is lost by not telling it.
    }
}
