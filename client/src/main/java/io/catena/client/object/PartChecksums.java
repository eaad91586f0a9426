package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the checksums of an object's parts where they are: in the records of the parts.
final class PartChecksums {
    private final Chains chains;
    private final Location.Parts location;
    private final List<Location.Part> parts;
    private final ReadLevel level;
    private final Map<Integer, Optional<Checksum>> found = new HashMap<>();

    /// @param from index of the first part, and `to` behind the last one
    PartChecksums(Chains chains, Location.Parts location, int from, int to, ReadLevel level) {
        this.chains = chains;
        this.location = location;
        this.parts = location.parts().subList(from, to);
        this.level = level;
    }

    /// One for each part, in the object's order.
    Future<List<Optional<Checksum>>> run() {
        if (parts.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Bytes[] from = {record(parts.getFirst())};
        Bytes last = record(parts.getLast());
        return Loop.repeat(() -> page(from[0]).map(next -> {
            next.ifPresent(key -> from[0] = key);
            return next.isPresent() && from[0].compareTo(last) <= 0;
        })).map(_ -> parts.stream()
                .map(part -> found.getOrDefault(part.number(), Optional.empty())).toList());
    }

    private Bytes record(Location.Part part) {
        return RecordKeys.part(location.bucketId(), location.uploadId(), part.number());
    }

    private Future<Optional<Bytes>> page(Bytes from) {
        ScanRange range = new ScanRange(
                RecordKeys.parts(location.bucketId(), location.uploadId()), from, Bytes.EMPTY,
                Math.min(parts.size(), ScanRange.ENTRIES_MAX), Manifest.SUMMARY_BYTES,
                ScanRange.PAGE_BYTES_MAX);
        return chains.scan(location.chain(), range, level).map(page -> {
            page.entries().forEach(entry -> keep((ScanEntry.Item) entry));
            return page.next();
        });
    }

    private void keep(ScanEntry.Item item) {
        found.put(RecordKeys.numberOfPart(item.key()),
                Manifest.summary(item.version().value()).checksum());
    }
}
