package io.catena.client.object;

import io.catena.client.chain.BodyWriter;
import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.wire.GarbageWire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/// Chains in memory: conditions, bodies, garbage and limits as a real chain has them.
final class FakeChains implements Chains {
    final Map<ChainId, TreeMap<Bytes, Version>> records = new TreeMap<>();
    final Map<BodyId, Buffer> bodies = new HashMap<>();
    final Set<ChainId> broken = new HashSet<>();
    /// A chain in here breaks when so many more chunks have been staged at it.
    final Map<ChainId, Integer> breaksAfterChunks = new HashMap<>();
    /// Of every read so far.
    final List<ReadLevel> levels = new ArrayList<>();
    /// Called before each write.
    Runnable beforeWrite = () -> {};
    /// Called before each page.
    Runnable beforeScan = () -> {};
    int pageEntriesMax = ScanRange.ENTRIES_MAX;
    int readsInFlight;
    int readsInFlightMost;

    private final Vertx vertx;
    private int turn;
    private long seq;

    FakeChains(Vertx vertx, int count) {
        this.vertx = vertx;
        for (int i = 1; i <= count; i++) {
            records.put(new ChainId(i), new TreeMap<>());
        }
    }

    private <T> Future<T> later(ChainId chain, Supplier<T> step) {
        Promise<T> promise = Promise.promise();
        vertx.runOnContext(_ -> {
            if (broken.contains(chain)) {
                promise.fail(new StorageException(
                        StorageException.Kind.UNAVAILABLE, chain + " is broken"));
                return;
            }
            promise.complete(step.get());
        });
        return promise.future();
    }

    @Override
    public Future<ClientReply> write(
            ChainId chain, List<Condition> conditions, List<Mutation> mutations) {
        return later(chain, () -> {
            beforeWrite.run();
            return admit(chain, conditions, mutations);
        });
    }

    private ClientReply admit(
            ChainId chain, List<Condition> conditions, List<Mutation> mutations) {
        Invariant.check(!mutations.isEmpty()
                && mutations.size() <= ClientMessage.Write.MUTATIONS_MAX
                && conditions.size() <= ClientMessage.Write.CONDITIONS_MAX, "limits of a write");
        TreeMap<Bytes, Version> held = records.get(chain);
        for (int i = 0; i < conditions.size(); i++) {
            if (!holds(held, conditions.get(i))) {
                return new ClientReply.Refused(i, held.containsKey(conditions.get(i).key()));
            }
        }
        Position position = Position.of(1, ++seq);
        for (int i = 0; i < mutations.size(); i++) {
            apply(held, position, i, mutations.get(i));
        }
        return new ClientReply.Stored(position);
    }

    private static boolean holds(TreeMap<Bytes, Version> held, Condition condition) {
        Version version = held.get(condition.key());
        return switch (condition) {
            case Condition.Absent _ -> version == null;
            case Condition.Present _ -> version != null;
            case Condition.TagIs is -> version != null && version.tag().equals(is.tag());
            case Condition.PositionIs is ->
                    version != null && version.position().equals(is.position());
            case Condition.PrefixEmpty empty -> {
                Bytes first = held.ceilingKey(empty.key());
                yield first == null || !first.startsWith(empty.key());
            }
        };
    }

    private void apply(
            TreeMap<Bytes, Version> held, Position position, int index, Mutation mutation) {
        Version old = switch (mutation) {
            case Mutation.Put put -> {
                put.body().ifPresent(ref -> Invariant.check(
                        bodies.get(ref.id()).length() == ref.lengthBytes(), "the body is staged"));
                yield held.put(put.key(), put.at(position));
            }
            case Mutation.Delete delete -> held.remove(delete.key());
        };
        if (old == null) {
            return;
        }
        old.body().filter(ref -> !isNamed(ref)).ifPresent(ref -> bodies.remove(ref.id()));
        if (old.holdsReferences() && mutation.releasesReplaced()) {
            held.put(GarbageWire.recordKey(position.seq(), index), new Version(position,
                    Bytes.EMPTY, new GarbageWire(mutation.key(), old.value()).encode(),
                    Optional.empty(), false));
        }
    }

    /// A body goes with the last record that names it.
    private boolean isNamed(BodyRef ref) {
        return records.values().stream().flatMap(held -> held.values().stream())
                .anyMatch(version -> version.body().equals(Optional.of(ref)));
    }

    @Override
    public Future<Optional<Version>> get(ChainId chain, Bytes key, ReadLevel level) {
        levels.add(level);
        return later(chain, () -> Optional.ofNullable(records.get(chain).get(key)));
    }

    @Override
    public Future<ClientReply.Page> scan(ChainId chain, ScanRange range, ReadLevel level) {
        levels.add(level);
        return later(chain, () -> {
            beforeScan.run();
            return page(records.get(chain), range);
        });
    }

    private ClientReply.Page page(TreeMap<Bytes, Version> held, ScanRange range) {
        List<ScanEntry> entries = new ArrayList<>();
        Bytes from = range.from().compareTo(range.prefix()) > 0 ? range.from() : range.prefix();
        SortedMap<Bytes, Version> left = held.tailMap(from);
        while (!left.isEmpty() && left.firstKey().startsWith(range.prefix())) {
            Bytes key = left.firstKey();
            if (!range.shows(key)) {
                left = held.tailMap(key.concat(Bytes.wrap(new byte[1])));
                continue;
            }
            if (entries.size() >= Math.min(range.entriesMax(), pageEntriesMax)) {
                return new ClientReply.Page(entries, Optional.of(key));
            }
            int at = range.delimiter().isEmpty()
                    ? -1 : key.indexOf(range.delimiter(), range.prefix().length());
            if (at < 0) {
                entries.add(new ScanEntry.Item(
                        key, left.get(key).truncated(range.valueBytesMax())));
                left = held.tailMap(key.concat(Bytes.wrap(new byte[1])));
            } else {
                Bytes common = key.slice(0, at + range.delimiter().length());
                entries.add(new ScanEntry.CommonPrefix(common));
                left = held.tailMap(common.prefixEnd());
            }
        }
        return new ClientReply.Page(entries, Optional.empty());
    }

    @Override
    public Future<Usage> usage(ChainId chain, Scopes scopes, ReadLevel level) {
        levels.add(level);
        return later(chain, () -> records.get(chain).values().stream()
                .map(version -> scopes.of(Optional.of(version)))
                .reduce(Usage.NONE, Usage::plus));
    }

    @Override
    public BodyWriter newBody(ChainId chain, int lengthBytes) {
        var random = ThreadLocalRandom.current();
        return copyOfBody(
                chain, new BodyId(random.nextLong(), random.nextLong()), lengthBytes);
    }

    @Override
    public BodyWriter copyOfBody(ChainId chain, BodyId id, int lengthBytes) {
        Buffer bytes = Buffer.buffer();
        return new BodyWriter() {
            private int written;

            @Override
            public Future<Void> write(Buffer chunk) {
                written += chunk.length();
                Invariant.check(chunk.length() > 0
                        && chunk.length() <= BodyMessage.CHUNK_BYTES_MAX
                        && (written == lengthBytes || chunk.length() % BodyRef.PAGE_BYTES == 0),
                        "limits of a chunk");
                countDown(chain);
                return later(chain, () -> {
                    bytes.appendBuffer(chunk);
                    return null;
                });
            }

            @Override
            public BodyRef finish() {
                Invariant.check(bytes.length() == lengthBytes, "the whole body");
                bodies.put(id, bytes);
                return new BodyRef(id, lengthBytes, bytes.hashCode());
            }

            @Override
            public void abandon() {}
        };
    }

    private void countDown(ChainId chain) {
        Integer left = breaksAfterChunks.get(chain);
        if (left != null && left == 0) {
            broken.add(chain);
        } else if (left != null) {
            breaksAfterChunks.put(chain, left - 1);
        }
    }

    @Override
    public Future<Buffer> readBody(
            ChainId chain, BodyRef ref, int offsetBytes, int lengthBytes) {
        Invariant.check(offsetBytes % BodyRef.PAGE_BYTES == 0
                && lengthBytes <= BodyMessage.CHUNK_BYTES_MAX
                && (lengthBytes % BodyRef.PAGE_BYTES == 0
                        || offsetBytes + lengthBytes == ref.lengthBytes()), "limits of a read");
        readsInFlightMost = Math.max(readsInFlightMost, ++readsInFlight);
        return later(chain, () -> {
            readsInFlight--;
            Buffer bytes = bodies.get(ref.id());
            if (bytes == null) {
                throw new AssertionError("the body is not there");
            }
            return bytes.getBuffer(offsetBytes, offsetBytes + lengthBytes);
        });
    }

    @Override
    public List<ChainId> chains() {
        List<ChainId> all = new ArrayList<>(records.keySet());
        Collections.rotate(all, turn++);
        return all;
    }

    /// How many records with this tag there are, on all chains.
    long count(char tag) {
        return records.values().stream().flatMap(held -> held.keySet().stream())
                .filter(key -> RecordKeys.tag(key) == tag).count();
    }

    /// How many bodies records name.
    long namedBodies() {
        return records.values().stream().flatMap(held -> held.values().stream())
                .filter(version -> version.body().isPresent()).count();
    }
}
