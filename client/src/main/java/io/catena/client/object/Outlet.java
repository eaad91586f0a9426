package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.message.BodyMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/// Streams bytes of objects out: a bounded number of chunks is read ahead, and none while the
/// client does not take what it was given.
final class Outlet {
    private final Chains chains;
    private final ObjectSettings settings;

    Outlet(Chains chains, ObjectSettings settings) {
        this.chains = chains;
        this.settings = settings;
    }

    /// Bytes `from` to `to` of what lies at `location`; parts are looked up at `level`.
    Future<Void> write(
            Location location, long from, long to, WriteStream<Buffer> out, ReadLevel level) {
        if (from >= to) {
            return Future.succeededFuture();
        }
        return switch (location) {
            case Location.Inline inline -> write(out, Buffer.buffer(
                    inline.bytes().slice((int) from, (int) to).toArray()));
            case Location.Attached attached -> new Transfer(
                    List.of(new Location.Block(attached.chain(), attached.body())), from, to, out)
                    .run();
            case Location.Blocks blocks -> new Transfer(blocks.blocks(), from, to, out).run();
            case Location.Parts parts -> writeParts(parts, from, to, out, level);
        };
    }

    private static Future<Void> write(WriteStream<Buffer> out, Buffer bytes) {
        Future<Void> written = out.write(bytes);
        if (!out.writeQueueFull()) {
            return written.failed() ? written : Future.succeededFuture();
        }
        // A client that is gone takes nothing and drains nothing: then only the write says so.
        Promise<Void> room = Promise.promise();
        written.onFailure(room::tryFail);
        out.drainHandler(_ -> room.tryComplete());
        if (!out.writeQueueFull()) {
            room.tryComplete();
        }
        return room.future();
    }

    private Future<Void> writeParts(
            Location.Parts parts, long from, long to, WriteStream<Buffer> out,
            ReadLevel level) {
        Iterator<Location.Part> each = parts.parts().iterator();
        long[] start = new long[1];
        return Loop.repeat(() -> {
            if (!each.hasNext() || start[0] >= to) {
                return Future.succeededFuture(false);
            }
            Location.Part part = each.next();
            long partStart = start[0];
            start[0] += part.sizeBytes();
            if (start[0] <= from) {
                return Future.succeededFuture(true);
            }
            return find(parts, part, level).compose(location -> write(location,
                    Math.max(0, from - partStart),
                    Math.min(part.sizeBytes(), to - partStart), out, level)).map(true);
        });
    }

    private Future<Location> find(
            Location.Parts parts, Location.Part part, ReadLevel level) {
        return chains.get(parts.chain(),
                        RecordKeys.part(parts.bucketId(), parts.uploadId(), part.number()), level)
                .map(version -> {
                    Manifest manifest = version.map(one -> Manifest.decode(parts.chain(), one))
                            .filter(one -> one.sizeBytes() == part.sizeBytes())
                            .orElseThrow(() -> new StorageException(StorageException.Kind.DAMAGED,
                                    "part " + part.number() + " is not there"));
                    return manifest.location();
                });
    }

    /// A stretch of one body, at most a chunk: whole pages, so that they can be verified, of which
    /// some bytes at either end may not be wanted.
    private record Piece(
            ChainId chain, BodyRef body, int offsetBytes, int lengthBytes, int skipBytes,
            int takeBytes) {}

    /// One run of blocks on its way out.
    private final class Transfer {
        private final WriteStream<Buffer> out;
        private final Deque<Piece> pieces = new ArrayDeque<>();
        private final Deque<Future<Buffer>> ahead = new ArrayDeque<>();
        private final Iterator<Location.Block> blocks;
        private final long from;
        private final long to;
        private long blockStart;

        Transfer(List<Location.Block> blocks, long from, long to, WriteStream<Buffer> out) {
            this.blocks = blocks.iterator();
            this.from = from;
            this.to = to;
            this.out = out;
        }

        Future<Void> run() {
            return Loop.repeat(this::step);
        }

        private Future<Boolean> step() {
            while (ahead.size() < settings.readAheadChunks() && morePieces()) {
                Piece piece = pieces.removeFirst();
                ahead.addLast(chains.readBody(
                        piece.chain(), piece.body(), piece.offsetBytes(), piece.lengthBytes())
                        .map(bytes -> bytes.slice(
                                piece.skipBytes(), piece.skipBytes() + piece.takeBytes())));
            }
            if (ahead.isEmpty()) {
                return Future.succeededFuture(false);
            }
            return ahead.removeFirst().compose(bytes -> write(out, bytes)).map(true);
        }

        /// Whether there is a next piece; cuts the next block up when needed.
        private boolean morePieces() {
            while (pieces.isEmpty() && blocks.hasNext() && blockStart < to) {
                Location.Block block = blocks.next();
                int length = block.body().lengthBytes();
                cut(block, (int) Math.max(0, from - blockStart),
                        (int) Math.min(length, to - blockStart));
                blockStart += length;
            }
            return !pieces.isEmpty();
        }

        private void cut(Location.Block block, int first, int end) {
            int at = first;
            while (at < end) {
                int offset = at / BodyRef.PAGE_BYTES * BodyRef.PAGE_BYTES;
                int pageEnd = Math.min(block.body().lengthBytes(),
                        (end + BodyRef.PAGE_BYTES - 1) / BodyRef.PAGE_BYTES * BodyRef.PAGE_BYTES);
                int length = Math.min(BodyMessage.CHUNK_BYTES_MAX, pageEnd - offset);
                int take = Math.min(end, offset + length) - at;
                pieces.addLast(new Piece(block.chain(), block.body(), offset, length,
                        at - offset, take));
                at += take;
            }
        }
    }
}
