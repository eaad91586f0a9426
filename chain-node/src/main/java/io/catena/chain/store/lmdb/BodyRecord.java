package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.List;

/// What is kept of a body that the index or the log names.
///
/// ```
/// state u8 (1 stored, 2 missing, 3 damaged) · names i32 · condemned millis i64 · offset i64
/// · length i32 · crc32c i32 · list of page crc32c i32
/// ```
///
/// @param names how many times index records, and log updates that are not applied, name it; at 0
///     it is condemned
/// @param condemnedMillis since when it is condemned; 0 when it is not
/// @param offsetBytes where it lies in the data file; -1 when it is missing
/// @param pageCrcs of each page, as its writer computed them; none when it is missing
record BodyRecord(
        State state, int names, long condemnedMillis, long offsetBytes, int lengthBytes, int crc32c,
        List<Integer> pageCrcs) {
    /// Whether the bytes are here.
    enum State {
        /// All of them.
        STORED,
        /// None: a copy could not get them yet.
        MISSING,
        /// Some pages did not verify; the body is to be fetched again.
        DAMAGED
    }

    static BodyRecord stored(BodyRef ref, int names, Placed placed) {
        return new BodyRecord(State.STORED, names, 0, placed.offsetBytes(), ref.lengthBytes(),
                ref.crc32c(), placed.pageCrcs());
    }

    static BodyRecord missing(BodyRef ref) {
        return new BodyRecord(
                State.MISSING, 1, 0, -1, ref.lengthBytes(), ref.crc32c(), List.of());
    }

    boolean hasExtent() {
        return offsetBytes >= 0;
    }

    boolean isWanted() {
        return state != State.STORED;
    }

    boolean isCondemned() {
        return names == 0;
    }

    /// Whether it is all here and will stay, and is what the reference says.
    boolean serves(BodyRef ref) {
        return state == State.STORED && names > 0 && lengthBytes == ref.lengthBytes()
                && crc32c == ref.crc32c();
    }

    Placed placed() {
        return new Placed(offsetBytes, lengthBytes, pageCrcs);
    }

    BodyRecord named() {
        return new BodyRecord(state, names + 1, 0, offsetBytes, lengthBytes, crc32c, pageCrcs);
    }

    BodyRecord unnamed(long nowMillis) {
        return new BodyRecord(state, names - 1, names == 1 ? nowMillis : 0, offsetBytes,
                lengthBytes, crc32c, pageCrcs);
    }

    BodyRecord damaged() {
        return new BodyRecord(State.DAMAGED, names, condemnedMillis, offsetBytes, lengthBytes,
                crc32c, pageCrcs);
    }

    byte[] encode() {
        return new WireWriter(40 + 4 * pageCrcs.size()).u8(state.ordinal() + 1).i32(names)
                .i64(condemnedMillis).i64(offsetBytes).i32(lengthBytes).i32(crc32c)
                .list(pageCrcs, WireWriter::i32).toArray();
    }

    static BodyRecord decode(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        BodyRecord record = new BodyRecord(state(in.u8()), in.i32(), in.i64(), in.i64(), in.i32(),
                in.i32(), in.list(WireReader::i32));
        in.end();
        return record;
    }

    private static State state(int id) {
        return switch (id) {
            case 1 -> State.STORED;
            case 2 -> State.MISSING;
            case 3 -> State.DAMAGED;
            default -> throw new WireException("unknown state of a body " + id);
        };
    }
}
