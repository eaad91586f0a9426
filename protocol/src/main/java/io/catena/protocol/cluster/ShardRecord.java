package io.catena.protocol.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import java.util.zip.CRC32C;

/// A part of a bucket's index, held by one chain: the keys of a range that fall into a range of
/// hash slots. A small bucket has one shard with all of both.
///
/// @param slotFrom first hash slot, inclusive
/// @param slotTo last hash slot, exclusive
/// @param keyFrom first key, inclusive
/// @param keyTo last key, exclusive; empty: no end
public record ShardRecord(ChainId chain, int slotFrom, int slotTo, Bytes keyFrom, Bytes keyTo) {
    /// Hash slots of a bucket's index.
    public static final int SLOTS = 4_096;

    /// The only shard of a small bucket.
    public static ShardRecord whole(ChainId chain) {
        return new ShardRecord(chain, 0, SLOTS, Bytes.EMPTY, Bytes.EMPTY);
    }

    /// The hash slot of a key.
    public static int slotOf(Bytes key) {
        CRC32C crc = new CRC32C();
        crc.update(key.unsafeArray());
        return (int) (crc.getValue() % SLOTS);
    }

    boolean holds(Bytes key, int slot) {
        return slot >= slotFrom && slot < slotTo && key.compareTo(keyFrom) >= 0
                && (keyTo.isEmpty() || key.compareTo(keyTo) < 0);
    }
}
