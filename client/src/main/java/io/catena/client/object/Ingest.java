package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
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
        return intake.next((int) lengthBytes).compose(all -> intake.end().map(all))
                .compose(all -> small(home, all));
    }

    /// As [#store], of a body that ends where it ends.
    Future<Stored> storeToTheEnd(ChainId home, BlockOwner owner, ReadStream<Buffer> body) {
        Intake intake = Intake.toTheEnd(body);
        return intake.upTo(settings.blockBytes()).compose(first -> {
            if (first.length() == settings.blockBytes()) {
                BlockUpload upload = new BlockUpload(intake, owner, -1);
                upload.place(first);
                return upload.run().map(at -> new Stored(at, upload.takenBytes));
            }
            return small(home, first).map(at -> new Stored(at, first.length()));
        });
    }

    /// Where a body is, and how long it was.
    record Stored(Location location, long lengthBytes) {}

    private Future<Location> small(ChainId home, Buffer bytes) {
        return bytes.length() <= settings.inlineBytesMax()
                ? Future.succeededFuture(new Location.Inline(Bytes.wrap(bytes.getBytes())))
                : blocks.stage(home, bytes).map(ref -> new Location.Attached(home, ref));
    }

    /// One body on its way into blocks.
    private final class BlockUpload {
        private final Intake intake;
        private final BlockOwner owner;
        private final long startedNanos = System.nanoTime();
        private final List<Location.Block> placed = new ArrayList<>();
        private final long lengthBytes;
        private long takenBytes;
        private int inFlight;
        private Throwable failure;
        private Promise<Void> change = Promise.promise();

        /// @param lengthBytes negative when the body ends where it ends
        BlockUpload(Intake intake, BlockOwner owner, long lengthBytes) {
            this.intake = intake;
            this.owner = owner;
            this.lengthBytes = lengthBytes;
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
            if (takenBytes == lengthBytes) {
                return Future.succeededFuture(false);
            }
            if (inFlight >= settings.blocksInFlight()) {
                return change.future().map(true);
            }
            return nextBlock().map(bytes -> {
                if (bytes.length() > 0) {
                    place(bytes);
                }
                return bytes.length() > 0;
            });
        }

        private Future<Buffer> nextBlock() {
            return lengthBytes < 0 ? intake.upTo(settings.blockBytes())
                    : intake.next((int) Math.min(lengthBytes - takenBytes, settings.blockBytes()));
        }

        private void place(Buffer bytes) {
            int index = placed.size();
            placed.add(null);
            takenBytes += bytes.length();
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
