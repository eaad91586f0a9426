package io.catena.chain.store;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.IndexDigest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// One chain's replica on one disk.
public interface ChainStore {
    /// What the disk held when the store was opened.
    RecoveredReplica recovered();

    /// Queues a write. Writes of a chain are carried out in order; `done` gets the answer when the
    /// write is durable, on a thread of the store, in order. After a failure `done` gets
    /// [Input.DiskFailed] for this and every later write.
    void write(Effect.DiskWrite write, Consumer<Input> done);

    /// Reads now, on the calling thread, which may block; a short read transaction of its own.
    ///
    /// @throws StoreException when the disk cannot be read
    Input.DiskRead read(Effect.DiskRead read);

    /// Walks the whole index on one snapshot and verifies it; returns how many bytes it read.
    ///
    /// @throws StoreException when the index must not be believed any more
    long verifyIndex();

    /// The digest of the index where it had applied `seq`, if that was lately.
    Optional<IndexDigest> digest(long seq);

    /// The newest position whose digest is known.
    OptionalLong digestSeq();

    /// Forgets the chain: index, log and bodies, after the node was told that it has no seat for
    /// good.
    void drop(Consumer<Input> done);
}
