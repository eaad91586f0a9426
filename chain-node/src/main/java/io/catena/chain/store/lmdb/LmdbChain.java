package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.chain.store.ChainStore;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.chain.Mutation;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// One chain's replica: turns the replica's wishes into jobs of the disk's writer.
final class LmdbChain implements ChainStore {
    private final LmdbDisk disk;
    private final Shelf shelf;
    private final ChainWriter writer;
    private final ChainReader reader;

    /// The end of a copy that waits for bodies; by the writer thread only.
    private WriteJob waitingEnd;

    LmdbChain(LmdbDisk disk, Shelf shelf, ChainWriter writer, ChainReader reader) {
        this.disk = disk;
        this.shelf = shelf;
        this.writer = writer;
        this.reader = reader;
    }

    ChainId chain() {
        return shelf.chain();
    }

    Shelf shelf() {
        return shelf;
    }

    /// Read when asked for: it may be some megabytes, and nobody needs it later.
    @Override
    public RecoveredReplica recovered() {
        return disk.tables().read(tx -> Shelf.recovered(disk.tables(), tx, shelf.chain()));
    }

    @Override
    public void write(Effect.DiskWrite write, Consumer<Input> done) {
        if (write instanceof Effect.Append append) {
            append.update().mutations().forEach(this::keepStaged);
        }
        disk.submit(new WriteJob(write, done));
    }

    /// What a queued update names must not be swept away before its turn comes.
    private void keepStaged(Mutation mutation) {
        if (mutation instanceof Mutation.Put put) {
            put.body().ifPresent(ref -> disk.staged()
                    .find(new BodyKey(shelf.chain(), ref.id())).ifPresent(body -> body.keep(true)));
        }
    }

    @Override
    public Input.DiskRead read(Effect.DiskRead read) {
        return disk.tables().read(tx -> reader.read(tx, read));
    }

    @Override
    public long verifyIndex() {
        return disk.tables().read(reader::verifyIndex);
    }

    @Override
    public Optional<IndexDigest> digest(long seq) {
        return writer.history().at(seq);
    }

    @Override
    public OptionalLong digestSeq() {
        return writer.history().newest();
    }

    @Override
    public void drop(Consumer<Input> done) {
        disk.submit(new DropJob(done));
    }

    /// Called by the writer after what may have brought a body: a copy ends when nothing is
    /// missing.
    void endWaitingCopy() {
        if (waitingEnd != null && !disk.tables().read(this::lacksBodies)) {
            WriteJob end = waitingEnd;
            waitingEnd = null;
            disk.submit(end);
        }
    }

    private boolean lacksBodies(Tx tx) {
        return disk.missing().any(tx, shelf.number());
    }

    private void failWaiting(String reason) {
        WriteJob end = waitingEnd;
        waitingEnd = null;
        if (end != null) {
            end.failed(reason);
        }
    }

    private final class WriteJob implements GroupCommit.Job {
        private final Effect.DiskWrite write;
        private final Consumer<Input> done;
        private boolean waits;
        private boolean dropped;

        WriteJob(Effect.DiskWrite write, Consumer<Input> done) {
            this.write = write;
            this.done = done;
        }

        @Override
        public void perform(Tx tx) {
            if (write instanceof Effect.BeginJoin || write instanceof Effect.StartCopy) {
                // The copy that waited for its end is void; a new one has its own.
                waitingEnd = null;
            }
            waits = write instanceof Effect.EndCopy && lacksBodies(tx);
            dropped = shelf.isForgotten();
            if (!waits && !dropped) {
                writer.perform(tx, write);
            }
        }

        @Override
        public void committed() {
            if (dropped) {
                failed("the chain was dropped from this disk");
            } else if (waits) {
                waitingEnd = this;
            } else {
                done.accept(answer(write));
            }
            endWaitingCopy();
        }

        @Override
        public void failed(String reason) {
            done.accept(new Input.DiskFailed(reason));
            failWaiting(reason);
        }
    }

    private static Input answer(Effect.DiskWrite write) {
        return switch (write) {
            case Effect.Append append -> new Input.Flushed(append.update().seq());
            case Effect.Apply apply -> new Input.Applied(apply.seq());
            case Effect.BeginJoin _ -> new Input.JoinBegun();
            case Effect.StartCopy _ -> new Input.CopyStarted();
            case Effect.StoreChunk store -> new Input.ChunkStored(store.chunk().number());
            case Effect.StoreOutcomes store -> new Input.ChunkStored(store.outcomes().number());
            case Effect.EndCopy _ -> new Input.CopyEnded();
            case Effect.MarkWhole _ -> new Input.MarkedWhole();
        };
    }

    private final class DropJob implements GroupCommit.Job {
        private final Consumer<Input> done;

        DropJob(Consumer<Input> done) {
            this.done = done;
        }

        @Override
        public void perform(Tx tx) {
            shelf.forget(tx);
            waitingEnd = null;
        }

        @Override
        public void committed() {
            disk.forgotten(LmdbChain.this);
            // Nothing is here any more.
            done.accept(new Input.Applied(0));
        }

        @Override
        public void failed(String reason) {
            done.accept(new Input.DiskFailed(reason));
        }
    }
}
