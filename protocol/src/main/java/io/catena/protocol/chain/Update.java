package io.catena.protocol.chain;

import io.catena.protocol.invariant.Invariant;
import java.util.List;

/// An entry of the chain's log: what the head made of an admitted write.
public record Update(Position position, RequestId requestId, List<Mutation> mutations) {
    public Update {
        Invariant.check(!mutations.isEmpty(), "an update changes something");
        mutations = List.copyOf(mutations);
    }

    public long seq() {
        return position.seq();
    }

    /// Bytes of keys, tags and values: what an update weighs in windows and buffers.
    public long weightBytes() {
        long weight = 64;
        for (Mutation mutation : mutations) {
            weight += 64 + mutation.key().length();
            if (mutation instanceof Mutation.Put put) {
                weight += put.tag().length() + put.value().length();
            }
        }
        return weight;
    }
}
