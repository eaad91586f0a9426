package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.cluster.ShardRecord;

/// Where a key's records are written, for one attempt.
///
/// @param key of the object, which its uploads share
/// @param state that the shard's record must have
record ShardHome(Chains chains, long bucketId, ShardRecord shard, Bytes key, ShardState state) {
    ChainId chain() {
        return shard.chain();
    }

    /// A write that is refused with [ShardMoved] unless the shard is here and in this state; while
    /// the shard is being moved it leaves markers.
    GuardedWrite write() {
        GuardedWrite write = new GuardedWrite(chains, chain())
                .inShard(RecordKeys.shard(bucketId, shard), state);
        return state == ShardState.MOVING
                ? write.marking(RecordKeys.markers(bucketId, shard), key) : write;
    }
}
