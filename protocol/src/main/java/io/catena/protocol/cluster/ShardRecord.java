package io.catena.protocol.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Slots;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A part of a bucket's index, held by one chain: the keys of a range that fall into a range of
/// hash slots. A small bucket has one shard with all of both.
///
/// @param slotFrom first hash slot, inclusive
/// @param slotTo last hash slot, exclusive
/// @param keyFrom first key, inclusive
/// @param keyTo last key, exclusive; empty: no end
/// @param move that is under way
public record ShardRecord(ChainId chain, int slotFrom, int slotTo, Bytes keyFrom, Bytes keyTo,
        Optional<Move> move) {
    /// Shards of a bucket at the most: one per group of slots.
    public static final int SHARDS_MAX = Slots.GROUPS;
    /// What a shard is cut into.
    public static final int CUT = 4;

    /// How far the move of a shard to another chain has come (decision 0007).
    public sealed interface Move {
        ChainId other();

        /// It is being copied to the other chain, which decides nothing yet.
        record To(ChainId other) implements Move {}

        /// The other chain, which it was on before, still has copies.
        record From(ChainId other) implements Move {}
    }

    /// A shard that stays where it is.
    public ShardRecord(ChainId chain, int slotFrom, int slotTo, Bytes keyFrom, Bytes keyTo) {
        this(chain, slotFrom, slotTo, keyFrom, keyTo, Optional.empty());
    }

    /// The only shard of a small bucket.
    public static ShardRecord whole(ChainId chain) {
        return new ShardRecord(chain, 0, Slots.COUNT, Bytes.EMPTY, Bytes.EMPTY);
    }

    /// The groups of slots that it holds.
    public Slots slots() {
        return Slots.range(slotFrom, slotTo);
    }

    /// Whether it can be cut: it consists of several groups of slots and is not being moved.
    public boolean canBeCut() {
        return move.isEmpty() && slotTo - slotFrom >= CUT * Slots.COUNT / SHARDS_MAX;
    }

    /// Its quarters, by slot, on the same chain.
    public List<ShardRecord> cut() {
        int each = (slotTo - slotFrom) / CUT;
        return IntStream.range(0, CUT).mapToObj(i -> new ShardRecord(chain, slotFrom + i * each,
                slotFrom + (i + 1) * each, keyFrom, keyTo)).toList();
    }

    public ShardRecord movingTo(ChainId to) {
        return on(chain, Optional.of(new Move.To(to)));
    }

    /// On the chain that it was being moved to.
    public ShardRecord switchedTo(ChainId to) {
        return on(to, Optional.of(new Move.From(chain)));
    }

    public ShardRecord moved() {
        return on(chain, Optional.empty());
    }

    private ShardRecord on(ChainId where, Optional<Move> how) {
        return new ShardRecord(where, slotFrom, slotTo, keyFrom, keyTo, how);
    }

    boolean holds(Bytes key, int slot) {
        return slot >= slotFrom && slot < slotTo && key.compareTo(keyFrom) >= 0
                && (keyTo.isEmpty() || key.compareTo(keyTo) < 0);
    }
}
