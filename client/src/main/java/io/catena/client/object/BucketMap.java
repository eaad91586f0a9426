package io.catena.client.object;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.vertx.core.Future;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// Which chains hold a bucket's index, now. A shard is moved when every gateway with a lease knows
/// of it, and the new chain takes writes only then: so what was read is true if the map is still
/// the same, and this server still has its lease, *after* it was read.
final class BucketMap {
    /// Maps that a read tries. They change some hundred times in a bucket's life.
    private static final int MAPS_MAX = 8;

    private final Buckets buckets;

    BucketMap(Buckets buckets) {
        this.buckets = buckets;
    }

    /// The bucket as it is now.
    ///
    /// @throws StorageException NO_SUCH_BUCKET, or UNAVAILABLE when this server cannot know
    BucketRecord now(BucketRecord bucket, ReadLevel level) {
        return buckets.bucket(bucket.name(), level)
                .filter(one -> one.id() == bucket.id() && one.state() == BucketState.ACTIVE)
                .orElseThrow(() -> new StorageException(
                        StorageException.Kind.NO_SUCH_BUCKET, "the bucket is gone"));
    }

    /// What each chain shows of a bucket.
    static SortedMap<ChainId, Slots> shown(BucketRecord bucket) {
        SortedMap<ChainId, Slots> shown = new TreeMap<>();
        bucket.shards().forEach(shard ->
                shown.merge(shard.chain(), shard.slots(), Slots::with));
        return shown;
    }

    /// What `read` gives when nothing of the map changes that it rests on.
    ///
    /// @param place what it rests on: where a key is, or all of the bucket
    <P, T> Future<T> read(BucketRecord bucket, ReadLevel level,
            Function<BucketRecord, P> place, Function<P, Future<T>> read) {
        return read(bucket, level, place, read, 1);
    }

    private <P, T> Future<T> read(BucketRecord bucket, ReadLevel level,
            Function<BucketRecord, P> place, Function<P, Future<T>> read, int number) {
        return Future.succeededFuture().compose(_ -> {
            P before = place.apply(now(bucket, level));
            return read.apply(before).compose(answer -> {
                if (place.apply(now(bucket, level)).equals(before)) {
                    return Future.succeededFuture(answer);
                }
                return number < MAPS_MAX ? read(bucket, level, place, read, number + 1)
                        : Future.failedFuture(new StorageException(
                                StorageException.Kind.BUSY, "the bucket's shards keep moving"));
            });
        });
    }
}
