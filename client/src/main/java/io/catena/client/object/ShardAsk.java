package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.cluster.ShardRecord;
import java.util.List;
import java.util.Optional;

/// What work on a shard ([ShardWork]) asks for next; everything is linearizable.
sealed interface ShardAsk {
    /// Answered by [ShardAnswer.Versions].
    record Get(ChainId chain, List<Bytes> keys) implements ShardAsk {
        public Get {
            keys = List.copyOf(keys);
        }
    }

    /// Answered by [ShardAnswer.Page].
    record Scan(ChainId chain, ScanRange range) implements ShardAsk {}

    /// Answered by [ShardAnswer.Stored], [ShardAnswer.Refused] or [ShardAnswer.BodyGone].
    ///
    /// @param bodiesFrom where the bodies are that the mutations name: they are staged anew
    record Write(ChainId chain, List<Condition> conditions, List<Mutation> mutations,
            Optional<ChainId> bodiesFrom) implements ShardAsk {
        public Write {
            conditions = List.copyOf(conditions);
            mutations = List.copyOf(mutations);
        }
    }

    /// One step of the bucket's map. Answered by [ShardAnswer.Changed].
    record Change(long bucketId, ShardRecord before, List<ShardRecord> after)
            implements ShardAsk {
        public Change {
            after = List.copyOf(after);
        }
    }

    /// The work has ended.
    ///
    /// @param done false: something stands in its way now, or another one has done it
    record Over(boolean done) implements ShardAsk {}
}
