package io.catena.client.object;

/// A write was refused because the shard's record is not in the state that the write counted on:
/// nothing happened, and it is to be tried again as the shard is now.
final class ShardMoved extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ShardMoved() {
        super("the shard is in another state or on another chain", null, false, false);
    }
}
