package io.catena.client.object;

/// Work on a shard, as a sequence of questions, one at a time. Pure: whoever asks them decides when
/// and where. It may break off behind any of them, and be done again by anyone from the start.
interface ShardWork {
    ShardAsk start();

    /// Called with the answer to the last question; not after [ShardAsk.Over].
    ShardAsk next(ShardAnswer answer);
}
