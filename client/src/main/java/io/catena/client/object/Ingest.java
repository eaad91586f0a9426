package io.catena.client.object;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Takes a body in and puts its bytes where they belong by its length: inline, attached, or in
/// blocks. In memory there is one block being filled and those in flight, whatever the length.
final class Ingest {
    private final Blocks blocks;
    private final ObjectSettings settings;

    Ingest(Blocks blocks, ObjectSettings settings) {
        this.blocks = blocks;
        this.settings = settings;
    }

    /// A body that was received.
    sealed interface Taken {
        long lengthBytes();

        /// Short: it is kept, since it may be wanted at another chain than thought.
        record InMemory(Buffer bytes) implements Taken {
            @Override
            public long lengthBytes() {
                return bytes.length();
            }
        }

        record InBlocks(Location.Blocks blocks, long lengthBytes) implements Taken {}
    }

    Future<Taken> take(BlockOwner owner, long lengthBytes, ReadStream<Buffer> body) {
        Intake intake = new Intake(body, lengthBytes);
        return lengthBytes > settings.blockBytes()
                ? new BlockUpload(intake, owner, lengthBytes).run()
                : intake.next((int) lengthBytes)
                        .compose(all -> intake.end().map(new Taken.InMemory(all)));
    }

    /// As [#take], of a body that ends where it ends.
    Future<Taken> takeToTheEnd(BlockOwner owner, ReadStream<Buffer> body) {
        Intake intake = Intake.toTheEnd(body);
        return intake.upTo(settings.blockBytes()).compose(first -> {
            if (first.length() < settings.blockBytes()) {
                return Future.succeededFuture(new Taken.InMemory(first));
            }
            BlockUpload upload = new BlockUpload(intake, owner, -1);
            upload.place(first);
            return upload.run();
        });
    }

    /// Puts the bytes where a record on `home` can name them.
    Future<Location> locate(Taken taken, ChainId home) {
        return switch (taken) {
            case Taken.InBlocks(Location.Blocks located, long _) ->
                    Future.succeededFuture(located);
            case Taken.InMemory(Buffer bytes) when bytes.length() <= settings.inlineBytesMax() ->
                    Future.succeededFuture(new Location.Inline(Bytes.wrap(bytes.getBytes())));
            case Taken.InMemory(Buffer bytes) -> blocks.stage(home, bytes)
                    .map(ref -> new Location.Attached(home, ref));
        };
    }

    /// What `step` gives; when it throws, the bytes are not wanted.
    <T> T orCleanUp(Taken taken, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            cleanUp(taken);
            throw e;
        }
    }

    /// When the write that names the bytes was refused, they are not wanted. When its outcome is
    /// unknown they may be: then they stay.
    <T> Future<T> orCleanUp(Taken taken, Future<T> write) {
        return write.onFailure(failure -> {
            if (failure instanceof StorageException known
                    && known.kind() != StorageException.Kind.UNAVAILABLE) {
                cleanUp(taken);
            }
        });
    }

    private void cleanUp(Taken taken) {
        if (taken instanceof Taken.InBlocks(Location.Blocks located, long _)) {
            blocks.cleanUp(located);
        }
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

        Future<Taken> run() {
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

        private Future<Taken> finish() {
            List<Location.Block> written = placed.stream().filter(block -> block != null).toList();
            Location.Blocks location = new Location.Blocks(written);
            if (failure != null) {
                blocks.cleanUp(location);
                return Future.failedFuture(failure);
            }
            return Future.succeededFuture(new Taken.InBlocks(location, takenBytes));
        }
    }
}
