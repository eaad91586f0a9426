package io.catena.protocol.message;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import java.util.List;

/// Replicas that are to move to other nodes: what a drain would do, or what is still to be done.
///
/// @param moves in the order of their beginning, as things are now; other steps may come before
/// @param underway of them are being copied
/// @param stuck seats that should move and cannot: no node may take them
/// @param waitsFor why no move begins now; empty: nothing is in the way
public record MovesPlan(List<Move> moves, int underway, int stuck, String waitsFor) {
    public MovesPlan {
        moves = List.copyOf(moves);
    }

    /// The replica of a chain on `from` goes to `to`. Each is a copy of that chain.
    public record Move(ChainId chain, NodeId from, NodeId to) {}
}
