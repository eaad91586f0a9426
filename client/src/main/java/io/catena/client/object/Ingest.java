package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Takes a body in and puts its bytes where they belong by its length: inline, attached, or in
/// blocks. In memory there is one block being filled and those in flight, whatever the length.
final class Ingest {
    private final Blocks blocks;
    private final ObjectSettings settings;

    Ingest(Blocks blocks, ObjectSettings settings) {
        this.blocks = blocks;
        this.settings = settings;
    }

    /// @param home the chain of the record that will name the bytes
    Future<Location> store(
            ChainId home, BlockOwner owner, long lengthBytes, ReadStream<Buffer> body) {
        Intake intake = new Intake(body, lengthBytes);
        if (lengthBytes > settings.blockBytes()) {
            return new BlockUpload(intake, owner, lengthBytes).run();
        }
        Future<Buffer> bytes = intake.next((int) lengthBytes)
                .compose(all -> intake.end().map(all));
        if (lengthBytes <= settings.inlineBytesMax()) {
            return bytes.map(all -> new Location.Inline(Bytes.wrap(all.getBytes())));
        }
        return bytes.compose(all -> blocks.stage(home, all))
                .map(ref -> new Location.Attached(home, ref));
    }

    /// One body on its way into blocks.
    private final class BlockUpload {
        private final Intake intake;
        private final BlockOwner owner;
        private final long startedNanos = System.nanoTime();
        private final List<Location.Block> placed;
        private long leftBytes;
        private int next;
        private int inFlight;
        private Throwable failure;
        private Promise<Void> change = Promise.promise();

        BlockUpload(Intake intake, BlockOwner owner, long lengthBytes) {
            this.intake = intake;
            this.owner = owner;
            leftBytes = lengthBytes;
            int count = (int) ((lengthBytes + settings.blockBytes() - 1) / settings.blockBytes());
            placed = new ArrayList<>(Collections.nCopies(count, null));
        }

        Future<Location> run() {
            return Loop.repeat(this::takeIn).compose(_ -> intake.end())
                    .onFailure(this::failed)
                    // Blocks in flight end first: what is to be cleaned up is known then.
                    .transform(_ -> Loop.repeat(this::await))
                    .transform(_ -> finish());
        }

        private Future<Boolean> takeIn() {
            if (failure != null) {
                return Future.failedFuture(failure);
            }
            if (leftBytes == 0) {
                return Future.succeededFuture(false);
            }
            if (inFlight >= settings.blocksInFlight()) {
                return change.future().map(true);
            }
            int count = (int) Math.min(leftBytes, settings.blockBytes());
            leftBytes -= count;
            return intake.next(count).map(bytes -> {
                place(next++, bytes);
                return true;
            });
        }

        private void place(int index, Buffer bytes) {
            inFlight++;
            blocks.place(bytes, owner, startedNanos).onComplete(block -> {
                placed.set(index, block);
                landed();
            }, cause -> {
                failed(cause);
                landed();
            });
        }

        private void failed(Throwable cause) {
            if (failure == null) {
                failure = cause;
            }
        }

        private void landed() {
            inFlight--;
            Promise<Void> changed = change;
            change = Promise.promise();
            changed.complete();
        }

        private Future<Boolean> await() {
            return inFlight == 0
                    ? Future.succeededFuture(false) : change.future().map(true);
        }

        private Future<Location> finish() {
            List<Location.Block> written = placed.stream().filter(block -> block != null).toList();
            Location.Blocks location = new Location.Blocks(written);
            if (failure != null) {
                blocks.cleanUp(location);
                return Future.failedFuture(failure);
            }
            return Future.succeededFuture(location);
        }
    }
}
