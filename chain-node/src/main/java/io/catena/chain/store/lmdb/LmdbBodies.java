package io.catena.chain.store.lmdb;

import io.catena.chain.store.BodyStore;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The bytes of bodies. A body is first looked for among the staged ones, then in LMDB: it is taken
/// from the former only after it is in the latter.
final class LmdbBodies implements BodyStore {
    /// Bodies verified at one time, however small.
    private static final int VERIFIED_MAX = 1_024;

    private final LmdbDisk disk;
    private final StagedBodies staged;
    private final MissingBodies missing;
    private final DataFile file;

    LmdbBodies(LmdbDisk disk, StagedBodies staged, MissingBodies missing, DataFile file) {
        this.disk = disk;
        this.staged = staged;
        this.missing = missing;
        this.file = file;
    }

    @Override
    public BodyReply stage(BodyMessage.Stage chunk, ByteBuffer bytes) {
        if (!isWellFormed(chunk, bytes.remaining())) {
            return new BodyReply.Invalid("chunk of %d bytes at %d of a body of %d bytes".formatted(
                    bytes.remaining(), chunk.offsetBytes(), chunk.bodyLengthBytes()));
        }
        if (!PageCrcs.of(bytes).equals(chunk.pageCrcs())) {
            return new BodyReply.Invalid("checksum mismatch at " + chunk.offsetBytes());
        }
        disk.checkWorking();
        try {
            return stageVerified(chunk, bytes);
        } catch (IOException e) {
            return refusedFor(e, bytes.remaining());
        }
    }

    /// The file system may be fuller than it said when the space was taken.
    private BodyReply refusedFor(IOException failure, int count) {
        try {
            if (file.usableBytes() < count) {
                return new BodyReply.NoSpace();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        throw new StoreException("staging a body failed: " + failure.getMessage(), failure);
    }

    private static boolean isWellFormed(BodyMessage.Stage chunk, int count) {
        long end = (long) chunk.offsetBytes() + count;
        return chunk.bodyLengthBytes() > 0 && chunk.bodyLengthBytes() <= BodyRef.LENGTH_BYTES_MAX
                && chunk.offsetBytes() >= 0 && chunk.offsetBytes() % BodyRef.PAGE_BYTES == 0
                && count > 0 && count <= BodyMessage.CHUNK_BYTES_MAX
                && (end == chunk.bodyLengthBytes()
                        || end < chunk.bodyLengthBytes() && count % BodyRef.PAGE_BYTES == 0);
    }

    private BodyReply stageVerified(BodyMessage.Stage chunk, ByteBuffer bytes)
            throws IOException {
        BodyKey key = new BodyKey(chunk.chain(), chunk.id());
        Optional<StagedBody> body = staged.find(key);
        if (body.isEmpty()) {
            Optional<BodyRecord> stored = stored(key);
            if (stored.isPresent()) {
                return stored.get().lengthBytes() == chunk.bodyLengthBytes()
                        ? new BodyReply.Staged()
                        : new BodyReply.Invalid("the stored body has another length");
            }
            if (staged.isBusy(chunk.bodyLengthBytes())) {
                return new BodyReply.Busy();
            }
            if (chunk.offsetBytes() != 0) {
                return new BodyReply.Invalid("nothing is staged before " + chunk.offsetBytes());
            }
            body = staged.begin(key, chunk.bodyLengthBytes());
        }
        return body.isEmpty() ? new BodyReply.NoSpace() : add(key, body.get(), chunk, bytes);
    }

    private BodyReply add(
            BodyKey key, StagedBody body, BodyMessage.Stage chunk, ByteBuffer bytes)
            throws IOException {
        BodyReply reply = body.add(chunk, bytes, file, disk.nowMillis());
        if (body.isComplete() && (missing.isUncommitted(key) || isWanted(key))) {
            disk.bodyArrived(key);
        }
        return reply;
    }

    private boolean isWanted(BodyKey key) {
        return record(key).filter(record -> record.isWanted() && !record.isCondemned())
                .isPresent();
    }

    /// The body's record if its bytes are here and stay.
    private Optional<BodyRecord> stored(BodyKey key) {
        return record(key).filter(record -> !record.isWanted() && !record.isCondemned());
    }

    private Optional<BodyRecord> record(BodyKey key) {
        return disk.shelfNumber(key.chain()).flatMap(shelf -> disk.tables().read(tx ->
                disk.tables().bodies.get(tx, Keys.of(shelf, key.id())).map(BodyRecord::decode)));
    }

    @Override
    public void discard(ChainId chain, BodyId id) {
        staged.drop(new BodyKey(chain, id));
    }

    @Override
    public boolean holds(ChainId chain, BodyRef ref) {
        BodyKey key = new BodyKey(chain, ref.id());
        return staged.complete(key, ref).isPresent()
                || record(key).filter(record -> record.serves(ref)).isPresent();
    }

    @Override
    public int stagedBytes(ChainId chain, BodyId id) {
        BodyKey key = new BodyKey(chain, id);
        return staged.find(key).map(StagedBody::stagedBytes)
                .or(() -> stored(key).map(BodyRecord::lengthBytes)).orElse(0);
    }

    @Override
    public Content read(BodyMessage.Read request) {
        if (request.offsetBytes() < 0 || request.offsetBytes() % BodyRef.PAGE_BYTES != 0
                || request.lengthBytes() <= 0
                || request.lengthBytes() > BodyMessage.CHUNK_BYTES_MAX) {
            return refusal(new BodyReply.Invalid("reads start at a page and end within a chunk"));
        }
        BodyKey key = new BodyKey(request.chain(), request.id());
        try {
            Optional<Content> content = readStaged(key, request);
            return content.isPresent() ? content.get() : readStored(key, request);
        } catch (IOException e) {
            throw new StoreException("reading a body failed: " + e.getMessage(), e);
        }
    }

    private Optional<Content> readStaged(BodyKey key, BodyMessage.Read request)
            throws IOException {
        Optional<Placed> placed = staged.find(key).map(StagedBody::placed)
                .filter(body -> end(request) <= body.lengthBytes());
        if (placed.isEmpty()) {
            return Optional.empty();
        }
        Content content = readPages(placed.get(), request);
        // If it was dropped meanwhile, other bytes may be there now.
        return content.reply() instanceof BodyReply.Damaged && staged.find(key).isEmpty()
                ? Optional.empty() : Optional.of(content);
    }

    private Content readStored(BodyKey key, BodyMessage.Read request) throws IOException {
        Optional<BodyRecord> record = record(key).filter(BodyRecord::hasExtent);
        if (record.isEmpty()) {
            return refusal(new BodyReply.Absent());
        }
        Placed placed = record.get().placed();
        if (end(request) > placed.lengthBytes()) {
            return refusal(new BodyReply.Invalid("the body ends at " + placed.lengthBytes()));
        }
        Content content = readPages(placed, request);
        if (!(content.reply() instanceof BodyReply.Damaged)) {
            return content;
        }
        boolean isStillThere = record(key).filter(now ->
                now.offsetBytes() == placed.offsetBytes()).isPresent();
        if (!isStillThere) {
            return refusal(new BodyReply.Absent());
        }
        if (!record.get().isWanted()) {
            disk.bodyDamaged(key);
        }
        return content;
    }

    private static int end(BodyMessage.Read request) {
        return request.offsetBytes() + request.lengthBytes();
    }

    /// Reads whole pages, verifies each, and gives what was asked for.
    private Content readPages(Placed placed, BodyMessage.Read request) throws IOException {
        int pages = BodyRef.pages(request.lengthBytes());
        int count = Math.min(pages * BodyRef.PAGE_BYTES,
                placed.lengthBytes() - request.offsetBytes());
        int firstPage = request.offsetBytes() / BodyRef.PAGE_BYTES;
        List<Integer> crcs = placed.pageCrcs().subList(firstPage, firstPage + pages);
        ByteBuffer bytes = file.read(placed.offsetBytes() + request.offsetBytes(), count);
        if (bytes.remaining() < count || !PageCrcs.of(bytes).equals(crcs)) {
            return refusal(new BodyReply.Damaged());
        }
        return new Content(new BodyReply.Content(crcs), bytes.limit(request.lengthBytes()));
    }

    private static Content refusal(BodyReply reply) {
        return new Content(reply, ByteBuffer.allocate(0));
    }

    @Override
    public Verified verify(ChainId chain, Optional<BodyId> after, int bytesMax) {
        List<BodyKey> keys = new ArrayList<>();
        Optional<Long> shelf = disk.shelfNumber(chain);
        boolean more = shelf.isPresent()
                && disk.tables().read(tx -> list(tx, chain, shelf.get(), after, bytesMax, keys));
        long bytes = 0;
        int damaged = 0;
        for (BodyKey key : keys) {
            Optional<BodyRecord> record = record(key);
            bytes += record.map(BodyRecord::lengthBytes).orElse(0);
            damaged += record.isPresent() && isDamaged(key, record.get().lengthBytes()) ? 1 : 0;
        }
        return new Verified(keys.size(), bytes, damaged,
                more ? Optional.of(keys.getLast().id()) : Optional.empty());
    }

    /// Bodies that have bytes here, until they make up `bytesMax`; true when there are more.
    private boolean list(Tx tx, ChainId chain, long shelf, Optional<BodyId> after, int bytesMax,
            List<BodyKey> keys) {
        byte[] prefix = Keys.of(shelf);
        long bytes = 0;
        try (Rows rows = disk.tables().bodies.rows(tx)) {
            boolean more = rows.seek(after.map(id -> Keys.of(shelf, id)).orElse(prefix));
            while (more && rows.keyStartsWith(prefix) && bytes < bytesMax
                    && keys.size() < VERIFIED_MAX) {
                ByteBuffer key = ByteBuffer.wrap(rows.key()).position(Long.BYTES);
                BodyId id = new BodyId(key.getLong(), key.getLong());
                BodyRecord record = BodyRecord.decode(rows.value());
                if (!record.isWanted() && !Optional.of(id).equals(after)) {
                    keys.add(new BodyKey(chain, id));
                    bytes += record.lengthBytes();
                }
                more = rows.next();
            }
            return more && rows.keyStartsWith(prefix);
        }
    }

    private boolean isDamaged(BodyKey key, int lengthBytes) {
        try {
            boolean damaged = false;
            for (int at = 0; at < lengthBytes; at += BodyMessage.CHUNK_BYTES_MAX) {
                int count = Math.min(BodyMessage.CHUNK_BYTES_MAX, lengthBytes - at);
                damaged |= readStored(key, new BodyMessage.Read(key.chain(), key.id(), at, count))
                        .reply() instanceof BodyReply.Damaged;
            }
            return damaged;
        } catch (IOException e) {
            throw new StoreException("reading a body failed: " + e.getMessage(), e);
        }
    }

    @Override
    public BodyDamage damage() {
        return disk.bodyDamage();
    }

    @Override
    public List<BodyRef> missing(ChainId chain, int most) {
        return disk.shelfNumber(chain).map(shelf -> disk.tables()
                .read(tx -> missing.list(tx, shelf, most))).orElseGet(List::of);
    }

    @Override
    public long freeBytes() {
        try {
            return staged.freeBytes();
        } catch (IOException e) {
            throw new StoreException("asking for free space failed: " + e.getMessage(), e);
        }
    }
}
