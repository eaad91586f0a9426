package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.ShardRecord;
import java.util.List;
import java.util.Optional;

/// Which records belong to a shard, and what their copies on another chain are. Pure.
///
/// @param from the chain that the records are on
record ShardCopies(long bucketId, Slots slots, ChainId from) {
    /// Records in a page, and in a write: as many as one takes.
    static final int PAGE_ENTRIES = 1_000;
    /// How often a body may be gone before the work ends: it was replaced, and its record is read
    /// again; more often than that it is damaged on all replicas.
    static final int BODIES_GONE_MAX = 32;

    ShardCopies(long bucketId, ShardRecord shard, ChainId from) {
        this(bucketId, shard.slots(), from);
    }

    /// Ranges with everything of the shard but parts; some show more, see [#holds].
    List<ScanRange> ranges() {
        return List.of(
                all(RecordKeys.object(bucketId, Bytes.EMPTY))
                        .showing(slots, RecordKeys.BUCKET_PREFIX_BYTES),
                all(RecordKeys.history(bucketId, Bytes.EMPTY))
                        .showing(slots, RecordKeys.BUCKET_PREFIX_BYTES),
                all(RecordKeys.versions(bucketId, Bytes.EMPTY)),
                all(RecordKeys.uploads(bucketId, Bytes.EMPTY)),
                all(RecordKeys.completions(bucketId)));
    }

    static ScanRange all(Bytes prefix) {
        return ScanRange.all(prefix, Bytes.EMPTY, PAGE_ENTRIES);
    }

    /// The parts of an upload under way.
    ScanRange partsOf(Bytes uploadKey) {
        return all(RecordKeys.parts(bucketId, RecordKeys.uploadOfUpload(uploadKey)));
    }

    static boolean isUpload(Bytes recordKey) {
        return RecordKeys.tag(recordKey) == 'u';
    }

    static boolean isPart(Bytes recordKey) {
        return RecordKeys.tag(recordKey) == 'p';
    }

    /// Whether a record of the ranges is of the shard. A part is where its upload is.
    boolean holds(Bytes recordKey, Version version) {
        return switch (RecordKeys.tag(recordKey)) {
            case 'o', 'h', 'p' -> true;
            case 'v' -> slots.holds(RecordKeys.keyOfVersion(recordKey));
            case 'u' -> slots.holds(RecordKeys.keyOfUpload(recordKey));
            case 'c' -> slots.holds(Completion.decode(from, version.value()).key());
            default -> throw new IllegalStateException("no record of a shard: " + recordKey);
        };
    }

    /// The record's copy. What it replaces on the other chain is an older copy, whose references
    /// are not released there: who replaced the record did that.
    Mutation.Put copy(Bytes recordKey, Version version) {
        return switch (RecordKeys.tag(recordKey)) {
            case 'o' -> object(recordKey, version, RecordKeys.keyOfObject(recordKey));
            case 'v' -> object(recordKey, version, RecordKeys.keyOfVersion(recordKey));
            case 'h', 'u', 'p' -> put(recordKey, version, version.value(),
                    version.holdsReferences(), version.charge());
            // Parts that were left over stay, and are released when the original is cleared.
            case 'c' -> put(recordKey, version, Completion.decode(from, version.value())
                    .withoutLeftOver().encode(), false, version.charge());
            default -> throw new IllegalStateException("no record of a shard: " + recordKey);
        };
    }

    private Mutation.Put object(Bytes recordKey, Version version, Bytes key) {
        return put(recordKey, version, Manifest.decode(from, version).encode(),
                version.holdsReferences(), version.charge().map(charge ->
                        recharged(key, charge)));
    }

    private Charge recharged(Bytes key, Charge charge) {
        return new Charge(ChargeScopes.of(bucketId, key), charge.objects(), charge.versions(),
                charge.bytes());
    }

    private static Mutation.Put put(Bytes recordKey, Version version, Bytes value,
            boolean holdsReferences, Optional<Charge> charge) {
        return new Mutation.Put(recordKey, version.tag(), value, version.body(), holdsReferences,
                false, charge);
    }

    /// Takes the original away: its copy refers to the same. Only what a completion left over has
    /// no other name.
    static Mutation clear(Bytes recordKey) {
        return new Mutation.Delete(recordKey, RecordKeys.tag(recordKey) == 'c');
    }
}
