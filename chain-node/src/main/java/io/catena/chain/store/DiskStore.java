package io.catena.chain.store;

import io.catena.protocol.chain.ChainId;
import java.util.List;
import java.util.Optional;

/// One disk of a node: its chains' indexes and logs, and its bodies, made durable together.
public interface DiskStore extends AutoCloseable {
    /// Made when the disk was first used; another disk in its place has another.
    String identity();

    /// What was found wrong when the disk was opened.
    DiskDamage damage();

    /// Chains of which this disk holds anything.
    List<ChainId> chains();

    /// Opens a chain's replica, an empty one if the disk never held it.
    ChainStore chain(ChainId chain);

    BodyStore bodies();

    /// Whether there is room for what clients put: more than the reserve that deletes, the log and
    /// recovery are kept going with.
    boolean hasRoom();

    /// Why this disk takes no writes any more, if so: one failed, or [#fail] was called.
    Optional<String> failure();

    /// Takes no writes any more: those that wait are answered with the failure. Does not block.
    void fail(String reason);

    /// Has the disk make something durable that changes nothing and needs no room, so that a disk
    /// which fails while nobody writes is noticed too. Blocks. One call at a time.
    ///
    /// @throws StoreException when it cannot
    void probe();

    /// How long what is being made durable, or a read or write of bodies, has been taking; 0 when
    /// there is none. From any thread.
    long busyNanos();

    /// Frees what is due: condemned bodies after the readers' grace, staged bodies nobody went on
    /// with. Called about once a second; carried out by the store's own thread.
    void sweep();

    /// Flushes what is queued, unless the disk failed, and closes. Waits for what still runs on the
    /// disk: for ever when that never returns.
    @Override
    void close();
}
