package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Version;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.List;
import java.util.Optional;

/// That an upload was completed, and how: kept for some days, so that a retry gets the same answer.
///
/// ```
/// format u8 (1) · completed millis i64 · key bytes · manifest bytes, its parts left out
/// · numbers of the parts left over: list of i32
/// ```
///
/// @param manifest of the object that was made; its location is not to be read from
/// @param leftOver parts that the completion did not choose and did not delete itself
record Completion(long completedMillis, Bytes key, Manifest manifest, List<Integer> leftOver) {
    Completion {
        leftOver = List.copyOf(leftOver);
    }

    /// As it is known on another chain than the parts that were left over.
    Completion withoutLeftOver() {
        return new Completion(completedMillis, key, manifest, List.of());
    }

    Bytes encode() {
        Manifest bare = new Manifest(manifest.sizeBytes(), manifest.modifiedMillis(),
                manifest.attributes(), new Location.Inline(Bytes.EMPTY), manifest.stamp());
        return new WireWriter(256).u8(1).i64(completedMillis).bytes(key).bytes(bare.encode())
                .list(leftOver, WireWriter::i32).toBytes();
    }

    static Completion decode(ChainId chain, Bytes value) {
        WireReader in = new WireReader(value.unsafeArray());
        int format = in.u8();
        if (format != 1) {
            throw new WireException("unknown format of a completion " + format);
        }
        return new Completion(in.i64(), in.bytes(), Manifest.decode(chain, new Version(
                Position.NONE, Bytes.EMPTY, in.bytes(), Optional.empty(), false)),
                in.list(WireReader::i32));
    }
}
