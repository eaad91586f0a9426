package io.catena.chain.store;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
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

    /// Forgets the chain: index, log and bodies, after the node was told that it has no seat for
    /// good.
    void drop(Consumer<Input> done);
}
