package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Version;
import java.util.List;
import java.util.Optional;

/// What a [ShardAsk] came to.
sealed interface ShardAnswer {
    /// Of the keys that were asked for, in their order.
    record Versions(List<Optional<Version>> versions) implements ShardAnswer {
        public Versions {
            versions = List.copyOf(versions);
        }
    }

    record Page(List<ScanEntry> entries, Optional<Bytes> next) implements ShardAnswer {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    record Stored(Position position) implements ShardAnswer {}

    record Refused(int conditionIndex) implements ShardAnswer {}

    /// Nothing was written: a body that was to be staged anew is there no more, since its record
    /// has been replaced.
    record BodyGone() implements ShardAnswer {}

    /// @param taken every gateway with a lease acts on it; false: the map is another one
    record Changed(boolean taken) implements ShardAnswer {}
}
