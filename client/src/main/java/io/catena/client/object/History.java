package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.Optional;

/// The record beside a key's versions, there as long as there is one. Every write that changes them
/// puts it anew and names the position that it found it at: so two of them never count on the same
/// state.
///
/// ```
/// format u8 (1) · last number i64 · optional number of the version `null` i64
/// ```
///
/// @param lastNumber no version had a greater one since this record was made
record History(long lastNumber, Optional<Long> nullNumber) {
    private static final int FORMAT = 1;

    Mutation.Put put(long bucketId, Bytes key) {
        return new Mutation.Put(RecordKeys.history(bucketId, key), Bytes.EMPTY, encode(),
                Optional.empty(), false, true);
    }

    Bytes encode() {
        return new WireWriter(32).u8(FORMAT).i64(lastNumber)
                .optional(nullNumber, WireWriter::i64).toBytes();
    }

    static History decode(Bytes value) {
        WireReader in = new WireReader(value.unsafeArray());
        int format = in.u8();
        if (format != FORMAT) {
            throw new WireException("unknown format of a history " + format);
        }
        History history = new History(in.i64(), in.optional(WireReader::i64));
        in.end();
        return history;
    }
}
