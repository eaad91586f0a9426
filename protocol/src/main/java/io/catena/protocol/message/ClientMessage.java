package io.catena.protocol.message;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import java.util.List;

/// What a client (gateway, console, command line) asks of one replica of a chain. The epoch is that
/// of the configuration the client acts on: a replica in another one refuses.
public sealed interface ClientMessage {
    ChainId chain();

    Epoch epoch();

    /// To the head: if all `conditions` hold, apply all `mutations`. The bodies that they name have
    /// been staged at the head before. Retries carry the same `requestId`.
    record Write(
            ChainId chain,
            Epoch epoch,
            RequestId requestId,
            List<Condition> conditions,
            List<Mutation> mutations)
            implements ClientMessage {
        /// A write is one log entry and must fit in windows and frames.
        public static final int MUTATIONS_MAX = 1_024;
        public static final int CONDITIONS_MAX = 16;
        public static final int WEIGHT_BYTES_MAX = 2 << 20;

        public Write {
            conditions = List.copyOf(conditions);
            mutations = List.copyOf(mutations);
        }
    }

    /// To any serving replica: the version of one key.
    record Get(ChainId chain, Epoch epoch, Bytes key, ReadLevel level) implements ClientMessage {}

    /// To any serving replica: a page of keys, as they stood at one committed position.
    record Scan(ChainId chain, Epoch epoch, ScanRange range, ReadLevel level)
            implements ClientMessage {}

    /// To any serving replica: what the records of some scopes on this chain come to together, as
    /// they stood at one committed position.
    record GetUsage(ChainId chain, Epoch epoch, Scopes scopes, ReadLevel level)
            implements ClientMessage {}
}
