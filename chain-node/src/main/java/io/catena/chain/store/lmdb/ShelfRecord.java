package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.chain.Position;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;

/// What is kept of a chain beside its index, log and bodies.
///
/// ```
/// shelf i64 · applied: epoch i64 · seq i64 · exact u8 · whole u8 · log floor seq i64
/// · history bytes i64 · index digest: count i64 · high i64 · low i64
/// ```
///
/// @param shelf where the chain's rows stand
/// @param applied the index is the committed state at this position
/// @param exact false while a copy into the index runs, or when it broke off
/// @param whole false when the replica was joining
/// @param logFloorSeq the lowest seq whose update the log has; applied + 1 when it has none
/// @param historyBytes bytes of the log's updates through `applied`
/// @param digest of what the index holds
record ShelfRecord(
        long shelf, Position applied, boolean exact, boolean whole, long logFloorSeq,
        long historyBytes, IndexDigest digest) {
    static ShelfRecord fresh(long shelf) {
        return new ShelfRecord(shelf, Position.NONE, true, true, 1, 0, IndexDigest.EMPTY);
    }

    /// Of a chain whose former rows are not believed: it must be filled anew, and may not start the
    /// chain again.
    static ShelfRecord lost(long shelf) {
        return fresh(shelf).withExact(false).withWhole(false);
    }

    byte[] encode() {
        WireWriter out = new WireWriter(72).i64(shelf);
        return ChainWire.position(out, applied).bool(exact).bool(whole)
                .i64(logFloorSeq).i64(historyBytes)
                .i64(digest.count()).i64(digest.high()).i64(digest.low()).toArray();
    }

    static ShelfRecord decode(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        ShelfRecord record = new ShelfRecord(in.i64(), ChainWire.position(in), in.bool(), in.bool(),
                in.i64(), in.i64(), new IndexDigest(in.i64(), in.i64(), in.i64()));
        in.end();
        return record;
    }

    ShelfRecord withApplied(Position position) {
        return new ShelfRecord(shelf, position, exact, whole, logFloorSeq, historyBytes, digest);
    }

    ShelfRecord withExact(boolean value) {
        return new ShelfRecord(shelf, applied, value, whole, logFloorSeq, historyBytes, digest);
    }

    ShelfRecord withWhole(boolean value) {
        return new ShelfRecord(shelf, applied, exact, value, logFloorSeq, historyBytes, digest);
    }

    ShelfRecord withHistory(long floorSeq, long bytes) {
        return new ShelfRecord(shelf, applied, exact, whole, floorSeq, bytes, digest);
    }

    ShelfRecord withDigest(IndexDigest value) {
        return new ShelfRecord(
                shelf, applied, exact, whole, logFloorSeq, historyBytes, value);
    }
}
