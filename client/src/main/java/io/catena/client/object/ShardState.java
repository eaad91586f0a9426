package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Version;
import java.util.Arrays;
import java.util.Optional;

/// What a shard's record on a chain says, by its tag. Every write to the shard names the state that
/// it counts on as its condition, so a change of state lies clearly before or behind it.
enum ShardState {
    /// Writes are taken.
    OPEN(""),
    /// Writes are taken that leave a marker of what they change.
    MOVING("moving"),
    /// Writes wait a while, so that the other chain can catch up with them; nothing is switched.
    BRAKED("braked"),
    /// Writes wait: the shard is being switched to another chain, or was.
    FROZEN("frozen"),
    /// This chain is being filled with the shard, and decides nothing yet.
    FILLING("filling");

    private final Bytes tag;

    ShardState(String tag) {
        this.tag = Bytes.utf8(tag);
    }

    Bytes tag() {
        return tag;
    }

    boolean takesWrites() {
        return this == OPEN || this == MOVING;
    }

    /// What a shard's record says; empty: there is none.
    static Optional<ShardState> of(Optional<Version> record) {
        return record.map(version -> Arrays.stream(values())
                .filter(state -> state.tag.equals(version.tag())).findFirst().orElseThrow());
    }
}
