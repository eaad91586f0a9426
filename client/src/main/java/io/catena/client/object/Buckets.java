package io.catena.client.object;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.ShardRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// Buckets and users as the master has them. Lookups answer from this server's view when it is as
/// fresh as the level says ([ReadLevel.Strong]: the cluster's state of now; [ReadLevel.Eventual]:
/// what the server knew last, from whenever that is), or fail with UNAVAILABLE.
public interface Buckets extends Users {
    /// The bucket of this name in whatever state.
    Optional<BucketRecord> bucket(String name, ReadLevel level);

    /// All buckets, in whatever state, by name.
    List<BucketRecord> buckets();

    /// Gives a bucket its id and shards; the record is
    /// [io.catena.protocol.cluster.BucketState#CREATING]. If one of this name is being created
    /// already, by whomever, that one's record. Fails with BUCKET_EXISTS when it is active.
    Future<BucketRecord> allocate(String name, String ownerId);

    /// Its shards are open: every gateway shows it when this completes.
    Future<BucketRecord> activate(long bucketId);

    /// Its shards are closed: no gateway shows it when this completes. Of one that is gone, too.
    /// False: its shards are others than `closed` by now; then nothing was done.
    Future<Boolean> remove(long bucketId, List<ShardRecord> closed);

    /// Takes one step of a bucket's map: every gateway acts on it when this completes. May be
    /// repeated. False: the bucket is gone, or its map allows no such step now.
    Future<Boolean> change(long bucketId, ShardRecord before, List<ShardRecord> after);

    /// Says whether a bucket keeps versions: every gateway acts on it when this completes. May be
    /// repeated. False: the bucket is gone, or its shards are others than these.
    Future<Boolean> setVersioning(
            long bucketId, BucketVersioning versioning, List<ShardRecord> shards);
}
