package io.catena.protocol.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Slots;

/// A part of a bucket's index, held by one chain: the keys of a range that fall into a range of
/// hash slots. A small bucket has one shard with all of both.
///
/// @param slotFrom first hash slot, inclusive
/// @param slotTo last hash slot, exclusive
/// @param keyFrom first key, inclusive
/// @param keyTo last key, exclusive; empty: no end
public record ShardRecord(ChainId chain, int slotFrom, int slotTo, Bytes keyFrom, Bytes keyTo) {
    /// The only shard of a small bucket.
    public static ShardRecord whole(ChainId chain) {
        return new ShardRecord(chain, 0, Slots.COUNT, Bytes.EMPTY, Bytes.EMPTY);
    }

    /// The groups of slots that it holds.
    public Slots slots() {
        return Slots.range(slotFrom, slotTo);
    }

    boolean holds(Bytes key, int slot) {
        return slot >= slotFrom && slot < slotTo && key.compareTo(keyFrom) >= 0
                && (keyTo.isEmpty() || key.compareTo(keyTo) < 0);
    }
}
