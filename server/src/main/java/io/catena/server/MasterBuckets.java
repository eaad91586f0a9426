package io.catena.server;

import io.catena.client.chain.StorageException;
import io.catena.client.master.AccountRefused;
import io.catena.client.master.ClusterView;
import io.catena.client.master.MasterRefused;
import io.catena.client.object.Buckets;
import io.catena.client.object.Credential;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.UserRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Buckets and users by this server's sessions with the master: what the view says while the lease
/// lasts is so, since the master changes nothing before every server with a lease knows it. For
/// weaker levels it is what this server knew last, from memory; a server that has started knows
/// nothing until the master has told it.
record MasterBuckets(ServerSessions sessions) implements Buckets {
    @Override
    public Optional<Credential> credential(String keyId, ReadLevel level) {
        return ask(level, view -> view.key(keyId).filter(AccessKey::active).flatMap(key ->
                view.user(key.userId()).filter(user -> !user.disabled())
                        .map(user -> new Credential(key, user))));
    }

    @Override
    public Optional<UserRecord> user(String id, ReadLevel level) {
        return ask(level, view -> view.user(id));
    }

    @Override
    public Optional<BucketRecord> bucket(String name, ReadLevel level) {
        return ask(level, view -> Optional.ofNullable(view.buckets().get(name)));
    }

    @Override
    public List<BucketRecord> buckets() {
        return ask(ReadLevel.STRONG, view -> List.copyOf(view.buckets().values()));
    }

    /// The lease is checked after the value was taken.
    <T> T ask(ReadLevel level, Function<ClusterView, T> question) {
        T answer = question.apply(sessions.view());
        if (!sessions.mayServe(level, System.nanoTime())) {
            throw new StorageException(StorageException.Kind.UNAVAILABLE,
                    "this server has no lease from the master: the cluster may have gone on "
                            + "without it, and what it knows may be older than asked for");
        }
        return answer;
    }

    @Override
    public Future<BucketRecord> allocate(String name, String ownerId) {
        return onCallersContext(sessions.call(
                session -> session.createBucket(name, ownerId))).compose(outcome ->
                outcome.bucket().state() == BucketState.ACTIVE
                        ? Future.failedFuture(new StorageException(
                                StorageException.Kind.BUCKET_EXISTS, name))
                        : Future.succeededFuture(outcome.bucket()));
    }

    @Override
    public Future<BucketRecord> activate(long bucketId) {
        return onCallersContext(sessions.call(session -> session.activateBucket(bucketId)))
                .compose(there -> sessions.view()
                .buckets().values().stream().filter(bucket -> there && bucket.id() == bucketId)
                .findFirst().map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(new StorageException(
                        StorageException.Kind.NO_SUCH_BUCKET, "it was removed meanwhile"))));
    }

    @Override
    public Future<Boolean> remove(long bucketId, List<ShardRecord> closed) {
        return onCallersContext(sessions.call(session -> session.removeBucket(bucketId, closed)));
    }

    @Override
    public Future<Boolean> change(long bucketId, ShardRecord before, List<ShardRecord> after) {
        return onCallersContext(
                sessions.call(session -> session.changeShard(bucketId, before, after)));
    }

    @Override
    public Future<Boolean> setVersioning(
            long bucketId, BucketVersioning versioning, List<ShardRecord> shards) {
        return onCallersContext(sessions.call(
                session -> session.setVersioning(bucketId, versioning, shards)));
    }

    static <T> Future<T> onCallersContext(Future<T> future) {
        Promise<T> promise = Promise.promise();
        Context context = Vertx.currentContext();
        future.recover(e -> Future.failedFuture(told(e)))
                .onComplete(result -> {
                    if (context == null) {
                        promise.handle(result);
                    } else {
                        context.runOnContext(_ -> promise.handle(result));
                    }
                });
        return promise.future();
    }

    /// What the master refused is for the caller to tell; everything else may be tried again.
    private static RuntimeException told(Throwable failure) {
        return switch (failure) {
            case AccountRefused refused -> refused;
            case MasterRefused refused -> refused;
            default -> new StorageException(
                    StorageException.Kind.UNAVAILABLE, failure.getMessage(), failure);
        };
    }
}
