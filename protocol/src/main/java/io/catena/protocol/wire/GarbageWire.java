package io.catena.protocol.wire;

import io.catena.protocol.chain.Bytes;

/// What a chain keeps of a replaced version that referred to other records, until those have been
/// released. Every replica makes the same record when it applies the update, as an ordinary record:
///
/// ```
/// key     'z' · seq of the replacing update i64 · index of the mutation in it i32
/// value   bytes (key that was replaced) · bytes (its value)
/// ```
///
/// The tag sorts behind all others, so that a copy in key order brings these last: whatever became
/// garbage while the copy ran lies behind what was copied, and is not lost.
///
/// @param key that was replaced or deleted
/// @param value what it held
public record GarbageWire(Bytes key, Bytes value) {
    /// Garbage records' keys start with this.
    public static final Bytes PREFIX = Bytes.utf8("z");

    public static Bytes recordKey(long seq, int mutationIndex) {
        return PREFIX.concat(new WireWriter(12).i64(seq).i32(mutationIndex).toBytes());
    }

    public Bytes encode() {
        return new WireWriter(8 + key.length() + value.length()).bytes(key).bytes(value).toBytes();
    }

    public static GarbageWire decode(Bytes record) {
        WireReader in = new WireReader(record.unsafeArray());
        GarbageWire garbage = new GarbageWire(in.bytes(), in.bytes());
        in.end();
        return garbage;
    }
}
