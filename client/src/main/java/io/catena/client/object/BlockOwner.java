package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;

/// For whom a block was written: the value of its record. A block that its owner does not name long
/// after it was written is an orphan.
///
/// ```
/// format u8 (1) · owner's record key bytes · owner's chain i32 · created millis i64
/// ```
///
/// @param recordKey of the object or part that was to name the block
/// @param chain that this record is on
record BlockOwner(Bytes recordKey, int chain, long createdMillis) {
    Bytes encode() {
        return new WireWriter().u8(1).bytes(recordKey).i32(chain).i64(createdMillis).toBytes();
    }

    static BlockOwner decode(Bytes value) {
        WireReader in = new WireReader(value.unsafeArray());
        int format = in.u8();
        if (format != 1) {
            throw new io.catena.protocol.wire.WireException("unknown format of an owner " + format);
        }
        return new BlockOwner(in.bytes(), in.i32(), in.i64());
    }
}
