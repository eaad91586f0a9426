package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Checksums of bodies: CRC32C of each page, and over those one for the whole (see [BodyRef]).
final class PageCrcs {
    private PageCrcs() {}

    /// Of each page of `bytes`, which start at a page.
    static List<Integer> of(ByteBuffer bytes) {
        List<Integer> crcs = new ArrayList<>(BodyRef.pages(bytes.remaining()));
        ByteBuffer in = bytes.duplicate();
        int end = in.limit();
        while (in.position() < end) {
            in.limit(Math.min(end, in.position() + BodyRef.PAGE_BYTES));
            CRC32C crc = new CRC32C();
            crc.update(in);
            crcs.add((int) crc.getValue());
        }
        return crcs;
    }

    /// Of the whole body.
    static int whole(List<Integer> pageCrcs) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * pageCrcs.size());
        pageCrcs.forEach(bytes::putInt);
        CRC32C crc = new CRC32C();
        crc.update(bytes.flip());
        return (int) crc.getValue();
    }
}
