package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A body on its way in: written to free space, known in memory only, until an update names it.
final class StagedBody {
    private final long offsetBytes;
    private final int lengthBytes;
    private final List<Integer> pageCrcs = new ArrayList<>();
    private int stagedBytes;
    private long touchedMillis;
    private boolean kept;
    private boolean gone;

    StagedBody(long offsetBytes, int lengthBytes, long nowMillis) {
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
        touchedMillis = nowMillis;
    }

    /// Writes the next chunk; one that is there already is accepted again when it is the same.
    synchronized BodyReply add(
            BodyMessage.Stage chunk, ByteBuffer bytes, DataFile file, long nowMillis)
            throws IOException {
        if (gone || chunk.bodyLengthBytes() != lengthBytes || chunk.offsetBytes() > stagedBytes) {
            return new BodyReply.Invalid("the chunk at %d does not follow on %d of %d bytes"
                    .formatted(chunk.offsetBytes(), stagedBytes, lengthBytes));
        }
        touchedMillis = nowMillis;
        if (chunk.offsetBytes() < stagedBytes) {
            return again(chunk, bytes.remaining());
        }
        int count = bytes.remaining();
        file.write(offsetBytes + stagedBytes, bytes);
        pageCrcs.addAll(chunk.pageCrcs());
        stagedBytes += count;
        return new BodyReply.Staged();
    }

    private BodyReply again(BodyMessage.Stage chunk, int count) {
        int page = chunk.offsetBytes() / BodyRef.PAGE_BYTES;
        boolean same = chunk.offsetBytes() + count <= stagedBytes
                && pageCrcs.subList(page, page + chunk.pageCrcs().size()).equals(chunk.pageCrcs());
        return same ? new BodyReply.Staged()
                : new BodyReply.Invalid("other bytes were staged at " + chunk.offsetBytes());
    }

    synchronized boolean isComplete() {
        return stagedBytes == lengthBytes;
    }

    synchronized boolean is(BodyRef ref) {
        return isComplete() && lengthBytes == ref.lengthBytes()
                && PageCrcs.whole(pageCrcs) == ref.crc32c();
    }

    synchronized int stagedBytes() {
        return stagedBytes;
    }

    synchronized Placed placed() {
        return new Placed(offsetBytes, stagedBytes, pageCrcs);
    }

    long offsetBytes() {
        return offsetBytes;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /// A queued update names it: neither sweep nor writer may drop it.
    synchronized void keep(boolean value) {
        kept = value;
    }

    /// True when it may be dropped, which is then done: no chunk is taken any more.
    synchronized boolean drop(long untouchedSinceMillis) {
        if (kept || touchedMillis > untouchedSinceMillis) {
            return false;
        }
        gone = true;
        return true;
    }
}
