package io.catena.head;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Version;
import java.util.Optional;

/// The newest state of a key that this replica holds, dirty or clean, as far as preconditions need
/// it.
///
/// @param seq the update that made it so; 0 when that lies behind what memory holds (and is
///     committed)
/// @param present whether the key holds a version; `tag` and `position` speak of it
public record Newest(long seq, boolean present, Bytes tag, Position position) {
    /// After `mutation` at `position`.
    public static Newest after(Mutation mutation, Position position) {
        return switch (mutation) {
            case Mutation.Put put -> new Newest(position.seq(), true, put.tag(), position);
            case Mutation.Delete _ -> new Newest(position.seq(), false, Bytes.EMPTY, position);
        };
    }

    /// As the index has it.
    public static Newest indexed(Optional<Version> version) {
        return version.map(v -> new Newest(0, true, v.tag(), v.position()))
                .orElse(new Newest(0, false, Bytes.EMPTY, Position.NONE));
    }
}
