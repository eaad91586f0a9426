package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// A write to a chain with conditions, and what it means when one of them does not hold.
final class GuardedWrite {
    /// What a refusal means.
    ///
    /// @param ifPresent when the condition's key holds something else than expected
    /// @param ifAbsent when it holds nothing
    private record Guard(Condition condition, Supplier<RuntimeException> ifPresent,
            Supplier<RuntimeException> ifAbsent) {
        Guard(Condition condition, Supplier<RuntimeException> otherwise) {
            this(condition, otherwise, otherwise);
        }
    }

    private final Chains chains;
    private final ChainId chain;
    private final List<Guard> guards = new ArrayList<>();
    private final List<Mutation> mutations = new ArrayList<>();
    private Optional<Function<Bytes, Mutation>> marker = Optional.empty();

    GuardedWrite(Chains chains, ChainId chain) {
        this.chains = chains;
        this.chain = chain;
    }

    /// Only while the shard's record is in this state; else it fails with [ShardMoved].
    GuardedWrite inShard(Bytes shardKey, ShardState state) {
        guards.add(new Guard(new Condition.TagIs(shardKey, state.tag()), ShardMoved::new));
        return this;
    }

    /// Only while what is known of the key's versions holds; else it fails with [KeyChanged].
    GuardedWrite unlessChanged(Condition known) {
        guards.add(new Guard(known, KeyChanged::new));
        return this;
    }

    /// From now on changes leave a marker: its key is `prefix` and the changed record's, its value
    /// `key`. Parts that are deleted leave none, since that goes with the end of their upload.
    GuardedWrite marking(Bytes prefix, Bytes key) {
        marker = Optional.of(recordKey -> new Mutation.Put(prefix.concat(recordKey), Bytes.EMPTY,
                key, Optional.empty(), false, true));
        return this;
    }

    GuardedWrite when(Condition condition, StorageException.Kind otherwise) {
        guards.add(new Guard(condition, () -> refused(condition, otherwise)));
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
        guards.add(new Guard(condition,
                () -> refused(condition, StorageException.Kind.PRECONDITION_FAILED),
                () -> refused(condition, StorageException.Kind.NO_SUCH_KEY)));
        return this;
    }

    GuardedWrite change(Mutation mutation) {
        mutations.add(mutation);
        boolean partGoes = mutation instanceof Mutation.Delete
                && RecordKeys.tag(mutation.key()) == 'p';
        marker.filter(_ -> !partGoes)
                .ifPresent(mark -> mutations.add(mark.apply(mutation.key())));
        return this;
    }

    Future<Void> run() {
        List<Condition> conditions = guards.stream().map(Guard::condition).toList();
        return chains.write(chain, conditions, mutations).compose(reply ->
                reply instanceof ClientReply.Refused refused
                        ? Future.failedFuture(refusal(refused)) : Future.succeededFuture());
    }

    private RuntimeException refusal(ClientReply.Refused refused) {
        Guard guard = guards.get(refused.conditionIndex());
        return (refused.present() ? guard.ifPresent() : guard.ifAbsent()).get();
    }

    private static StorageException refused(Condition condition, StorageException.Kind kind) {
        return new StorageException(kind, "the write was refused: "
                + condition.getClass().getSimpleName() + " does not hold");
    }
}
