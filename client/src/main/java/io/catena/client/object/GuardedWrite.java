package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A write to a chain with conditions, and what it means when one of them does not hold.
final class GuardedWrite {
    /// What a refusal means.
    ///
    /// @param ifPresent when the condition's key holds something else than expected
    /// @param ifAbsent when it holds nothing
    private record Guard(
            Condition condition, StorageException.Kind ifPresent, StorageException.Kind ifAbsent) {}

    private final Chains chains;
    private final ChainId chain;
    private final List<Guard> guards = new ArrayList<>();
    private final List<Mutation> mutations = new ArrayList<>();

    GuardedWrite(Chains chains, ChainId chain) {
        this.chains = chains;
        this.chain = chain;
    }

    /// Only while the bucket's shard on this chain is open.
    GuardedWrite inBucket(BucketRecord bucket) {
        return when(new Condition.Present(RecordKeys.shard(bucket.id())),
                StorageException.Kind.NO_SUCH_BUCKET);
    }

    GuardedWrite when(Condition condition, StorageException.Kind otherwise) {
        guards.add(new Guard(condition, otherwise, otherwise));
        return this;
    }

    GuardedWrite whenPut(Bytes recordKey, PutCondition condition) {
        return switch (condition) {
            case PutCondition.None _ -> this;
            case PutCondition.IfAbsent _ -> when(new Condition.Absent(recordKey),
                    StorageException.Kind.PRECONDITION_FAILED);
            case PutCondition.IfMatch match -> whenMatches(recordKey, match.etag());
        };
    }

    GuardedWrite whenMatches(Bytes recordKey, Optional<String> etag) {
        Condition condition = etag
                .<Condition>map(tag -> new Condition.TagIs(recordKey, Bytes.utf8(tag)))
                .orElseGet(() -> new Condition.Present(recordKey));
        guards.add(new Guard(condition, StorageException.Kind.PRECONDITION_FAILED,
                StorageException.Kind.NO_SUCH_KEY));
        return this;
    }

    GuardedWrite change(Mutation mutation) {
        mutations.add(mutation);
        return this;
    }

    Future<Void> run() {
        List<Condition> conditions = guards.stream().map(Guard::condition).toList();
        return chains.write(chain, conditions, mutations).compose(reply ->
                reply instanceof ClientReply.Refused refused
                        ? Future.failedFuture(refusal(refused)) : Future.succeededFuture());
    }

    private StorageException refusal(ClientReply.Refused refused) {
        Guard guard = guards.get(refused.conditionIndex());
        StorageException.Kind kind = refused.present() ? guard.ifPresent() : guard.ifAbsent();
        return new StorageException(kind, "the write was refused: "
                + guard.condition().getClass().getSimpleName() + " does not hold");
    }
}
