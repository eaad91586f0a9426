package io.catena.client.object;

import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;

/// Which version of its key a record is.
///
/// ```
/// flags u8 (1 null, 2 delete marker) · number i64 · token i64
/// ```
///
/// @param number its place in the order of the key's versions, greater than of all before it
/// @param token the other half of its id
/// @param isNull its id is `null`; at most one version of a key is that
/// @param isMarker it is a delete marker and has no bytes
record VersionStamp(long number, long token, boolean isNull, boolean isMarker) {
    private static final int NULL = 1;
    private static final int MARKER = 2;

    VersionId id() {
        return isNull ? VersionId.NULL : new VersionId(number, token);
    }

    void write(WireWriter out) {
        out.u8((isNull ? NULL : 0) | (isMarker ? MARKER : 0)).i64(number).i64(token);
    }

    static VersionStamp read(WireReader in) {
        int flags = in.u8();
        if ((flags & ~(NULL | MARKER)) != 0) {
            throw new WireException("unknown flags of a version's stamp " + flags);
        }
        return new VersionStamp(
                in.i64(), in.i64(), (flags & NULL) != 0, (flags & MARKER) != 0);
    }
}
