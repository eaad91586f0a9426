package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.cluster.BucketRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Makes the chosen parts of an upload one object: one update of one chain, which the upload's own
/// position guards, so that no part changes between looking and making.
final class UploadCompletion {
    /// Parts may come while we look; after so many times the client may try again itself.
    private static final int ATTEMPTS_MAX = 8;
    private static final int PARTS_MAX = 10_000;
    /// Parts not chosen that the update itself deletes: it has a limit. The others are left to the
    /// completion's record, which names them when it goes.
    private static final int DELETES_MAX = 900;

    private final Chains chains;
    private final ShardWrites shardWrites;
    private final VersionWrites writes;
    private final BucketRecord bucket;
    private final Upload upload;
    private final List<ObjectStorage.PartChoice> choices;
    private final Function<List<UploadPart>, ObjectAttributes> attributes;
    private final PutCondition condition;
    private final long nowMillis;

    UploadCompletion(Chains chains, ShardWrites shardWrites, VersionWrites writes,
            BucketRecord bucket, Upload upload, List<ObjectStorage.PartChoice> choices,
            Function<List<UploadPart>, ObjectAttributes> attributes, PutCondition condition,
            long nowMillis) {
        this.chains = chains;
        this.shardWrites = shardWrites;
        this.writes = writes;
        this.bucket = bucket;
        this.upload = upload;
        this.choices = List.copyOf(choices);
        this.attributes = attributes;
        this.condition = condition;
        this.nowMillis = nowMillis;
    }

    Future<StoredObject> run() {
        return writes.write(bucket, upload.key(), (home, state) -> attempt(home, state, 1));
    }

    private Future<StoredObject> attempt(ShardHome home, KeyState state, int number) {
        return chains.get(home.chain(), Uploads.recordKey(bucket, upload)).compose(found ->
                found.isEmpty() ? repeated(home)
                        : complete(home, state, found.get().position(), number));
    }

    private Future<StoredObject> complete(
            ShardHome home, KeyState state, Position uploadPosition, int number) {
        return Uploads.listParts(chains, home.chain(), bucket, upload, 0, PARTS_MAX)
                .compose(parts -> write(home, state, uploadPosition, parts))
                .recover(failure -> changedMeanwhile(failure)
                        ? again(home, state, number, failure) : Future.failedFuture(failure));
    }

    private static boolean changedMeanwhile(Throwable failure) {
        return failure instanceof StorageException known
                && known.kind() == StorageException.Kind.NO_SUCH_UPLOAD;
    }

    private Future<StoredObject> again(
            ShardHome home, KeyState state, int number, Throwable failure) {
        return number < ATTEMPTS_MAX ? attempt(home, state, number + 1)
                : Future.failedFuture(new StorageException(StorageException.Kind.BUSY,
                        "parts of the upload keep changing", failure));
    }

    private Future<StoredObject> write(
            ShardHome home, KeyState state, Position uploadPosition, List<UploadPart> parts) {
        Map<Integer, UploadPart> left = new LinkedHashMap<>();
        parts.forEach(part -> left.put(part.number(), part));
        List<UploadPart> chosen = new ArrayList<>();
        for (ObjectStorage.PartChoice choice : choices) {
            UploadPart part = left.remove(choice.number());
            if (part == null || !part.etag().equals(choice.etag())) {
                return shardWrites.stillThere(bucket, home, choice).compose(_ ->
                        Future.failedFuture(new StorageException(
                                StorageException.Kind.INVALID_PART, "part " + choice.number()
                                        + " is not there with this ETag")));
            }
            chosen.add(part);
        }
        GuardedWrite write = home.write().when(
                new Condition.PositionIs(Uploads.recordKey(bucket, upload), uploadPosition),
                StorageException.Kind.NO_SUCH_UPLOAD);
        Manifest stored = state.put(write, manifest(home, chosen), condition);
        end(write, stored, List.copyOf(left.keySet()));
        return write.run().map(_ -> stored.toObject(upload.key()));
    }

    private Manifest manifest(ShardHome home, List<UploadPart> chosen) {
        long sizeBytes = chosen.stream().mapToLong(UploadPart::sizeBytes).sum();
        Location location = new Location.Parts(home.chain(), bucket.id(), upload.uploadId(),
                chosen.stream().map(part ->
                        new Location.Part(part.number(), part.sizeBytes())).toList());
        return new Manifest(sizeBytes, nowMillis, attributes.apply(chosen), location);
    }

    /// The upload goes, and its completion stays.
    private void end(GuardedWrite write, Manifest manifest, List<Integer> notChosen) {
        List<Integer> now = notChosen.subList(0, Math.min(DELETES_MAX, notChosen.size()));
        List<Integer> later = notChosen.subList(now.size(), notChosen.size());
        Completion completion = new Completion(nowMillis, upload.key(), manifest, later);
        write.change(new Mutation.Delete(Uploads.recordKey(bucket, upload), false))
                .change(new Mutation.Put(
                        RecordKeys.completion(bucket.id(), upload.uploadId()), Bytes.EMPTY,
                        completion.encode(), Optional.empty(), !later.isEmpty(), true));
        now.forEach(part -> write.change(new Mutation.Delete(
                RecordKeys.part(bucket.id(), upload.uploadId(), part), true)));
    }

    /// The upload is gone: perhaps since an earlier attempt completed it.
    private Future<StoredObject> repeated(ShardHome home) {
        return chains.get(home.chain(), RecordKeys.completion(bucket.id(), upload.uploadId()))
                .compose(found -> shardWrites.stillThere(bucket, home, found))
                .compose(found -> {
                    Optional<Completion> completion = found
                            .map(version -> Completion.decode(home.chain(), version.value()))
                            .filter(done -> done.key().equals(upload.key()));
                    return completion.isPresent() ? madeBy(home, completion.get())
                            : Future.failedFuture(new StorageException(
                                    StorageException.Kind.NO_SUCH_UPLOAD, "no such upload"));
                });
    }

    /// The object as it is, if it is still that one; else as it was. A version is what it was.
    private Future<StoredObject> madeBy(ShardHome home, Completion completion) {
        return chains.get(home.chain(), RecordKeys.object(bucket.id(), upload.key()))
                .compose(found -> shardWrites.stillThere(bucket, home, found)).map(found -> found
                .map(version -> Manifest.decode(home.chain(), version))
                .filter(now -> now.attributes().etag()
                                .equals(completion.manifest().attributes().etag())
                        && now.stamp().equals(completion.manifest().stamp()))
                .orElse(completion.manifest()).toObject(upload.key()));
    }
}
