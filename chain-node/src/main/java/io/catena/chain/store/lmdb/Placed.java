package io.catena.chain.store.lmdb;

import java.util.List;

/// Where a body's bytes lie in the data file, and what they must be.
///
/// @param lengthBytes how much of it is there: of a staged body perhaps not all
record Placed(long offsetBytes, int lengthBytes, List<Integer> pageCrcs) {
    Placed {
        pageCrcs = List.copyOf(pageCrcs);
    }
}
