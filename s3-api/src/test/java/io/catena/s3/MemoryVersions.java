package io.catena.s3;

import io.catena.client.object.Deletion;
import io.catena.client.object.KeyContent;
import io.catena.client.object.StoredObject;
import io.catena.client.object.VersionId;
import io.catena.client.object.VersionListing;
import io.catena.client.object.VersionsRequest;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketVersioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The versions of one bucket's keys, newest first.
final class MemoryVersions {
    /// @param object empty: a delete marker
    private record Kept(VersionId id, long modifiedMillis, Optional<StoredObject> object) {}

    private final TreeMap<Bytes, List<Kept>> keys = new TreeMap<>();
    private long lastNumber;

    boolean isEmpty() {
        return keys.isEmpty();
    }

    Optional<StoredObject> latest(Bytes key) {
        return keys.containsKey(key) ? keys.get(key).getFirst().object() : Optional.empty();
    }

    List<StoredObject> latest() {
        return keys.keySet().stream().flatMap(key -> latest(key).stream()).toList();
    }

    StoredObject put(StoredObject object, BucketVersioning versioning) {
        VersionId id = next(versioning);
        StoredObject stored = new StoredObject(object.key(), object.sizeBytes(),
                object.modifiedMillis(), object.attributes(), object.partSizes(),
                object.content(), versioning == BucketVersioning.NEVER
                        ? Optional.empty() : Optional.of(id));
        add(object.key(), new Kept(id, object.modifiedMillis(), Optional.of(stored)));
        return stored;
    }

    private VersionId next(BucketVersioning versioning) {
        return versioning == BucketVersioning.ENABLED
                ? new VersionId(++lastNumber, 0xabc) : VersionId.NULL;
    }

    private void add(Bytes key, Kept version) {
        List<Kept> of = keys.computeIfAbsent(key, _ -> new ArrayList<>());
        of.removeIf(one -> one.id().equals(version.id()));
        of.addFirst(version);
    }

    Deletion delete(Bytes key, BucketVersioning versioning) {
        if (versioning == BucketVersioning.NEVER) {
            keys.remove(key);
            return Deletion.PLAIN;
        }
        Kept marker = new Kept(
                next(versioning), System.currentTimeMillis(), Optional.empty());
        add(key, marker);
        return new Deletion(Optional.of(marker.id()), true);
    }

    Deletion deleteVersion(Bytes key, VersionId id) {
        List<Kept> of = keys.getOrDefault(key, new ArrayList<>());
        boolean wasMarker =
                of.stream().anyMatch(one -> one.id().equals(id) && one.object().isEmpty());
        of.removeIf(one -> one.id().equals(id));
        if (of.isEmpty()) {
            keys.remove(key);
        }
        return new Deletion(Optional.of(id), wasMarker);
    }

    KeyContent lookUp(Bytes key, Optional<VersionId> id) {
        return keys.getOrDefault(key, List.of()).stream()
                .filter(one -> id.isEmpty() || one.id().equals(id.get())).findFirst()
                .map(one -> one.object().<KeyContent>map(KeyContent.Held::new).orElseGet(
                        () -> new KeyContent.Marked(one.id(), one.modifiedMillis())))
                .orElseGet(KeyContent.Nothing::new);
    }

    /// Without delimiters and markers: the lister has its own test.
    VersionListing list(VersionsRequest request) {
        List<VersionListing.Entry> entries = new ArrayList<>();
        keys.tailMap(request.keyMarker(), false).forEach((key, of) -> of.forEach(one ->
                entries.add(entry(key, one, one == of.getFirst()))));
        entries.removeIf(entry -> !entry.key().startsWith(request.prefix()));
        boolean truncated = entries.size() > request.entriesMax();
        return new VersionListing(
                truncated ? entries.subList(0, request.entriesMax()) : entries, truncated);
    }

    private static VersionListing.Entry entry(Bytes key, Kept one, boolean isLatest) {
        return one.object().<VersionListing.Entry>map(object ->
                        new VersionListing.VersionEntry(key, one.id(), isLatest,
                                object.sizeBytes(), one.modifiedMillis(),
                                object.attributes().etag(), object.checksum()))
                .orElseGet(() -> new VersionListing.MarkerEntry(
                        key, one.id(), isLatest, one.modifiedMillis()));
    }
}
