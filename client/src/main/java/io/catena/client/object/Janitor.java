package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.wire.GarbageWire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes what replaced and deleted objects, parts and uploads referred to, and completions that
/// are old. A round looks at the oldest garbage of every chain, one record after the other: run it
/// on a timer. Every step can be repeated, so several janitors do no harm.
///
/// What refers to nothing any more is kept for a grace, for readers that began before. A janitor
/// counts it from when it first saw the record, so a restart of the janitor only lengthens it.
public final class Janitor {
    /// Garbage records and completions of a chain looked at in one round.
    private static final int RECORDS_MAX = 1_000;
    /// When disks are full, readers of what was replaced have so long to finish.
    private static final long PRESSED_GRACE_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

    private final Chains chains;
    private final Blocks blocks;
    private final ObjectSettings settings;
    private final LongSupplier wallMillis;
    /// When a garbage record was first seen; at most [#RECORDS_MAX] of each chain.
    private final Map<ChainId, Map<Bytes, Long>> firstSeen = new HashMap<>();
    private final Map<ChainId, Bytes> completionsFrom = new HashMap<>();
    private boolean running;
    private long graceMillis;

    public Janitor(Vertx vertx, Chains chains, ObjectSettings settings, LongSupplier wallMillis) {
        this.chains = chains;
        this.settings = settings;
        this.wallMillis = wallMillis;
        blocks = new Blocks(vertx, chains, settings);
    }

    /// One round over all chains; gives how many records went. While a round runs, another does
    /// nothing. Always on the same context.
    ///
    /// @param pressed a disk is full: the grace is short
    public Future<Integer> round(boolean pressed) {
        if (running) {
            return Future.succeededFuture(0);
        }
        running = true;
        graceMillis = pressed ? Math.min(PRESSED_GRACE_MILLIS, settings.garbageGraceMillis())
                : settings.garbageGraceMillis();
        Deque<ChainId> left = new ArrayDeque<>(chains.chains());
        firstSeen.keySet().retainAll(left);
        int[] gone = new int[1];
        return Loop.repeat(() -> left.isEmpty() ? Future.succeededFuture(false)
                : tidy(left.removeFirst()).map(count -> {
                    gone[0] += count;
                    return true;
                })).map(_ -> gone[0]).onComplete(_ -> running = false);
    }

    /// A chain that cannot be reached now is left for the next round.
    private Future<Integer> tidy(ChainId chain) {
        return garbage(chain).compose(count -> completions(chain).map(more -> count + more))
                .recover(failure -> {
                    LOG.debug("chain {} is tidied up later: {}", chain, failure.getMessage());
                    return Future.succeededFuture(0);
                });
    }

    private Future<Integer> garbage(ChainId chain) {
        return chains.scan(chain, ScanRange.all(RecordKeys.GARBAGE, Bytes.EMPTY, RECORDS_MAX))
                .compose(page -> {
                    Deque<ScanEntry.Item> due = due(chain, page);
                    int count = due.size();
                    return Loop.repeat(() -> due.isEmpty() ? Future.succeededFuture(false)
                            : release(chain, due.removeFirst()).map(true)).map(count);
                });
    }

    private Deque<ScanEntry.Item> due(ChainId chain, ClientReply.Page page) {
        Map<Bytes, Long> seen = firstSeen.computeIfAbsent(chain, _ -> new HashMap<>());
        long now = wallMillis.getAsLong();
        Deque<ScanEntry.Item> due = new ArrayDeque<>();
        Set<Bytes> present = new HashSet<>();
        for (ScanEntry entry : page.entries()) {
            present.add(entry.key());
            long since = seen.computeIfAbsent(entry.key(), _ -> now);
            if (now - since >= graceMillis) {
                due.add((ScanEntry.Item) entry);
            }
        }
        seen.keySet().retainAll(present);
        return due;
    }

    /// First what the record names, then the record: what breaks off is taken up again.
    private Future<Void> release(ChainId chain, ScanEntry.Item record) {
        GarbageWire garbage = GarbageWire.decode(record.version().value());
        Future<Void> released = switch (RecordKeys.tag(garbage.key())) {
            case 'o', 'p', 'v' -> releaseManifest(chain, garbage);
            case 'u' -> blocks.deleteAll(chain, RecordKeys.parts(
                    RecordKeys.bucketId(garbage.key()),
                    UploadWire.decode(garbage.value()).uploadId()));
            case 'c' -> releaseLeftOver(chain, garbage);
            default -> Future.failedFuture(new IllegalStateException(
                    "garbage of an unknown kind: " + garbage.key()));
        };
        return released.compose(_ -> blocks.delete(chain, List.of(record.key())));
    }

    private Future<Void> releaseManifest(ChainId chain, GarbageWire garbage) {
        Location location = decode(chain, garbage.value()).location();
        return chains.get(chain, garbage.key()).compose(now -> {
            boolean isStillNamed = now
                    .filter(version -> Manifest.decode(chain, version).location().equals(location))
                    .isPresent();
            return isStillNamed ? Future.succeededFuture() : release(location);
        });
    }

    private Future<Void> release(Location location) {
        return switch (location) {
            case Location.Inline _, Location.Attached _ -> Future.succeededFuture();
            case Location.Blocks named -> blocks.delete(named.blocks());
            case Location.Parts parts -> blocks.delete(parts.chain(), parts.parts().stream()
                    .map(part -> RecordKeys.part(
                            parts.bucketId(), parts.uploadId(), part.number())).toList());
        };
    }

    private Future<Void> releaseLeftOver(ChainId chain, GarbageWire garbage) {
        String uploadId = RecordKeys.keyOfObject(garbage.key()).toUtf8();
        long bucketId = RecordKeys.bucketId(garbage.key());
        return blocks.delete(chain, Completion.decode(chain, garbage.value()).leftOver().stream()
                .map(number -> RecordKeys.part(bucketId, uploadId, number)).toList());
    }

    /// Garbage has no body: only records that refer to others become garbage records.
    private static Manifest decode(ChainId chain, Bytes value) {
        return Manifest.decode(chain, new Version(
                Position.NONE, Bytes.EMPTY, value, Optional.empty(), true));
    }

    private Future<Integer> completions(ChainId chain) {
        Bytes from = completionsFrom.getOrDefault(chain, Bytes.EMPTY);
        return chains.scan(chain, ScanRange.all(RecordKeys.COMPLETIONS, from, RECORDS_MAX))
                .compose(page -> {
                    completionsFrom.put(chain, page.next().orElse(Bytes.EMPTY));
                    List<Bytes> old = new ArrayList<>();
                    long before = wallMillis.getAsLong() - settings.completionKeepMillis();
                    for (ScanEntry entry : page.entries()) {
                        Bytes value = ((ScanEntry.Item) entry).version().value();
                        if (Completion.decode(chain, value).completedMillis() < before) {
                            old.add(entry.key());
                        }
                    }
                    return blocks.delete(chain, old).map(old.size());
                });
    }
}
