package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Opens a bucket's shards before it is seen, and closes them, empty, before it goes. Every step
/// can be repeated, so that what broke off is finished by whoever tries again.
final class BucketShards {
    private final Buckets buckets;
    private final Chains chains;

    BucketShards(Buckets buckets, Chains chains) {
        this.buckets = buckets;
        this.chains = chains;
    }

    Future<BucketRecord> create(String name, String ownerKeyId) {
        // Inside compose what the lookup throws fails the future.
        return Future.succeededFuture().compose(_ -> {
            checkAbsent(name);
            return buckets.allocate(name, ownerKeyId);
        }).compose(bucket -> each(chainsOf(bucket), chain -> open(bucket, chain))
                .compose(_ -> buckets.activate(bucket.id())));
    }

    private static List<ChainId> chainsOf(BucketRecord bucket) {
        return List.copyOf(BucketMap.shown(bucket).keySet());
    }

    private void checkAbsent(String name) {
        if (buckets.bucket(name, ReadLevel.STRONG)
                .filter(one -> one.state() == BucketState.ACTIVE).isPresent()) {
            throw new StorageException(
                    StorageException.Kind.BUCKET_EXISTS, "the bucket exists");
        }
    }

    private Future<Void> open(BucketRecord bucket, ChainId chain) {
        Mutation put = new Mutation.Put(RecordKeys.shard(bucket.id()), Bytes.EMPTY,
                Bytes.utf8(bucket.name()), Optional.empty(), false, true);
        return chains.write(chain, List.of(), List.of(put)).mapEmpty();
    }

    Future<Void> delete(BucketRecord bucket) {
        List<ChainId> shards = chainsOf(bucket);
        return each(shards, chain -> close(bucket, chain))
                .recover(failure -> reopen(bucket, shards, failure))
                .compose(_ -> buckets.remove(bucket.id()));
    }

    /// The bucket is empty on this chain, and no write that comes later finds it.
    private Future<Void> close(BucketRecord bucket, ChainId chain) {
        StorageException.Kind notEmpty = StorageException.Kind.BUCKET_NOT_EMPTY;
        Bytes objects = RecordKeys.object(bucket.id(), Bytes.EMPTY);
        Bytes uploads = RecordKeys.uploads(bucket.id(), Bytes.EMPTY);
        return new GuardedWrite(chains, chain)
                .when(new Condition.PrefixEmpty(objects), notEmpty)
                .when(new Condition.PrefixEmpty(uploads), notEmpty)
                .change(new Mutation.Delete(RecordKeys.shard(bucket.id()), true))
                .run();
    }

    /// One shard is not empty: the bucket stays, with all of them.
    private Future<Void> reopen(BucketRecord bucket, List<ChainId> shards, Throwable failure) {
        boolean notEmpty = failure instanceof StorageException known
                && known.kind() == StorageException.Kind.BUCKET_NOT_EMPTY;
        if (!notEmpty || shards.size() == 1) {
            return Future.failedFuture(failure);
        }
        return each(shards, chain -> open(bucket, chain))
                .compose(_ -> Future.failedFuture(failure));
    }

    private static Future<Void> each(
            List<ChainId> shards, java.util.function.Function<ChainId, Future<Void>> step) {
        Iterator<ChainId> left = shards.iterator();
        return Loop.repeat(() -> left.hasNext()
                ? step.apply(left.next()).map(true) : Future.succeededFuture(false));
    }
}
