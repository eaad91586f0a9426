package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// Storage over fake chains, with a bucket of two shards.
final class StorageFixture implements AutoCloseable {
    /// Small, so that few bytes make many blocks.
    static final int BLOCK = 128 << 10;
    static final ObjectSettings SETTINGS = new ObjectSettings(
            2_000, BLOCK, 2, 4, 3, 900_000, 7L * 86_400_000, 86_400_000);

    final Vertx vertx = Vertx.vertx();
    final FakeChains chains = new FakeChains(vertx, 4);
    final FakeBuckets buckets = new FakeBuckets(List.of(
            new ShardRecord(new ChainId(1), 0, 2_048, Bytes.EMPTY, Bytes.EMPTY),
            new ShardRecord(new ChainId(2), 2_048, ShardRecord.SLOTS, Bytes.EMPTY, Bytes.EMPTY)));
    long nowMillis = 1_000_000;
    final ObjectStorage storage = new ChainObjectStorage(
            vertx, buckets, chains, () -> nowMillis, SETTINGS);
    final Janitor janitor = new Janitor(vertx, chains, SETTINGS, () -> nowMillis);
    final BucketRecord bucket = await(() -> storage.createBucket("bucket", "owner"));

    private final io.vertx.core.Context context = vertx.getOrCreateContext();

    <T> T await(Supplier<Future<T>> step) {
        try {
            return start(step).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    <T> CompletableFuture<T> start(Supplier<Future<T>> step) {
        CompletableFuture<T> done = new CompletableFuture<>();
        io.vertx.core.Context on = context == null ? vertx.getOrCreateContext() : context;
        on.runOnContext(_ -> step.get().onComplete(done::complete, done::completeExceptionally));
        return done;
    }

    static StorageException.Kind kindOf(Runnable step) {
        try {
            step.run();
        } catch (StorageException e) {
            return e.kind();
        }
        throw new AssertionError("nothing failed");
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static ObjectAttributes attributes(String etag) {
        return new ObjectAttributes(etag, new TreeMap<>(Map.of("content-type", "a/b")),
                new TreeMap<>(Map.of("k", "v")),
                Optional.of(new Checksum("CRC32C", "AAAA==", false)));
    }

    static LongFunction<ObjectAttributes> complete(String etag, long lengthBytes) {
        return count -> {
            assertThat(count).isEqualTo(lengthBytes);
            return attributes(etag);
        };
    }

    StoredObject put(String key, byte[] bytes, String etag, PutCondition condition) {
        return await(() -> storage.put(bucket, Bytes.utf8(key), bytes.length,
                new TestStreams.Body(vertx, bytes), complete(etag, bytes.length), condition));
    }

    StoredObject put(String key, byte[] bytes) {
        return put(key, bytes, "etag-" + bytes.length, PutCondition.NONE);
    }

    byte[] read(StoredObject object, long offset, long length) {
        TestStreams.Out out = new TestStreams.Out(vertx);
        await(() -> storage.read(bucket, object, offset, length, out));
        return out.taken.getBytes();
    }

    Optional<StoredObject> find(String key) {
        return await(() -> storage.find(bucket, Bytes.utf8(key)));
    }

    UploadPart putPart(Upload upload, int number, byte[] bytes) {
        return await(() -> storage.putPart(bucket, upload, number, bytes.length,
                new TestStreams.Body(vertx, bytes), complete("p" + number, bytes.length)));
    }

    Upload createUpload(String key) {
        return await(() -> storage.createUpload(
                bucket, Bytes.utf8(key), new ObjectAttributes("", attributes("").headers(),
                        attributes("").userMetadata(), Optional.empty()), "CRC32C", "COMPOSITE"));
    }

    /// Rounds of the janitor until nothing goes any more, each after the grace.
    void tidyUp() {
        int gone = 1;
        int idle = 0;
        while (gone > 0 || idle < 2) {
            gone = await(() -> janitor.round(false));
            idle = gone > 0 ? 0 : idle + 1;
            nowMillis += SETTINGS.garbageGraceMillis();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
