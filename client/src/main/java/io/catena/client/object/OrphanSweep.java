package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.client.object.Location.Block;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds blocks whose upload broke off, or whose write was lost: no record names them. A block is
/// an orphan when the record that it was written for did not name it when it was first looked at,
/// and does not name it after the longest time that an upload can take
/// ([ObjectSettings#uploadMillisMax]) and the grace of garbage: a record that was replaced a moment
/// ago may have readers. That time is counted here, on a clock that no one sets: a server whose
/// wall clock is wrong deletes nothing that is needed, and a restart only makes it longer.
///
/// A round reads one page of the blocks of each chain, behind where the last one ended: run it on a
/// timer, for the chains whose head is here, so that no work is done twice. Every step can be
/// repeated.
public final class OrphanSweep {
    /// Block records of a chain looked at in one round.
    private static final int BLOCKS_MAX = 1_000;
    /// Blocks that may be orphans, over all chains; what is more is found in the next cycle.
    private static final int SUSPECTS_MAX = 10_000;
    private static final long YOUNG_MILLIS = 3_600_000;
    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

    private record BlockKey(ChainId chain, Bytes key) {}

    private final Chains chains;
    private final Blocks blocks;
    private final ObjectSettings settings;
    private final LongSupplier wallMillis;
    private final LongSupplier monotonicMillis;
    /// Where the next page of a chain starts; absent between two cycles.
    private final Map<ChainId, Bytes> from = new TreeMap<>();
    private final Map<ChainId, Long> cycleStarted = new TreeMap<>();
    /// When a block was first found to be an orphan, oldest first.
    private final Map<BlockKey, Long> suspects = new LinkedHashMap<>();
    private boolean running;

    /// @param wallMillis tells young blocks, which are not looked at
    /// @param monotonicMillis counts how long nothing names a block
    public OrphanSweep(Vertx vertx, Chains chains, ObjectSettings settings,
            LongSupplier wallMillis, LongSupplier monotonicMillis) {
        this.chains = chains;
        this.settings = settings;
        this.wallMillis = wallMillis;
        this.monotonicMillis = monotonicMillis;
        blocks = new Blocks(vertx, chains, settings);
    }

    /// One round over these chains; gives how many blocks went. While a round runs, another does
    /// nothing. Always on the same context.
    public Future<Integer> round(Set<ChainId> own) {
        if (running) {
            return Future.succeededFuture(0);
        }
        running = true;
        from.keySet().retainAll(own);
        cycleStarted.keySet().retainAll(own);
        suspects.keySet().removeIf(block -> !own.contains(block.chain()));
        Deque<ChainId> left = new ArrayDeque<>(own);
        return Loop.repeat(() -> left.isEmpty() ? Future.succeededFuture(false)
                        : sweep(left.removeFirst()).map(true))
                .compose(_ -> deleteDue())
                .onComplete(_ -> running = false);
    }

    /// A chain that cannot be reached now is left for the next round.
    private Future<Void> sweep(ChainId chain) {
        long now = monotonicMillis.getAsLong();
        if (!from.containsKey(chain)) {
            Long started = cycleStarted.get(chain);
            if (started != null && now - started < settings.uploadMillisMax() / 4) {
                return Future.succeededFuture();
            }
            cycleStarted.put(chain, now);
        }
        Bytes start = from.getOrDefault(chain, Bytes.EMPTY);
        return chains.scan(chain, ScanRange.all(RecordKeys.BLOCKS, start, BLOCKS_MAX))
                .compose(page -> {
                    page.next().ifPresentOrElse(
                            next -> from.put(chain, next), () -> from.remove(chain));
                    return suspect(chain, page.entries());
                })
                .recover(failure -> {
                    LOG.debug("chain {} is swept later: {}", chain, failure.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Future<Void> suspect(ChainId chain, List<ScanEntry> entries) {
        Map<Bytes, Set<Block>> named = new HashMap<>();
        Map<Bytes, Set<Block>> asked = byOwner(chain, entries);
        Iterator<ScanEntry> each = entries.iterator();
        return Loop.repeat(() -> {
            if (!each.hasNext()) {
                return Future.succeededFuture(false);
            }
            ScanEntry.Item item = (ScanEntry.Item) each.next();
            BlockKey block = new BlockKey(chain, item.key());
            if (suspects.size() >= SUSPECTS_MAX || suspects.containsKey(block)) {
                return Future.succeededFuture(true);
            }
            return isOrphan(chain, item.version(), asked, named).map(orphan -> {
                if (orphan) {
                    suspects.put(block, monotonicMillis.getAsLong());
                }
                return true;
            });
        });
    }

    /// The blocks of a page: which of them does their owner name?
    private static Map<Bytes, Set<Block>> byOwner(ChainId chain, List<ScanEntry> entries) {
        Map<Bytes, Set<Block>> asked = new HashMap<>();
        for (ScanEntry entry : entries) {
            Version record = ((ScanEntry.Item) entry).version();
            record.body().ifPresent(body -> asked.computeIfAbsent(
                    BlockOwner.decode(record.value()).recordKey(), _ -> new LinkedHashSet<>())
                    .add(new Block(chain, body)));
        }
        return asked;
    }

    /// Those that have been suspects for long enough, if they still are orphans.
    private Future<Integer> deleteDue() {
        long now = monotonicMillis.getAsLong();
        long graceMillis = settings.uploadMillisMax() + settings.garbageGraceMillis();
        List<BlockKey> due = suspects.entrySet().stream()
                .filter(one -> now - one.getValue() >= graceMillis)
                .limit(BLOCKS_MAX).map(Map.Entry::getKey).toList();
        Iterator<BlockKey> each = due.iterator();
        int[] gone = new int[1];
        return Loop.repeat(() -> each.hasNext()
                ? deleteOrphan(each.next()).map(deleted -> {
                    gone[0] += deleted ? 1 : 0;
                    return true;
                }) : Future.succeededFuture(false)).map(_ -> gone[0]);
    }

    private Future<Boolean> deleteOrphan(BlockKey block) {
        return chains.get(block.chain(), block.key()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(false);
            }
            ScanEntry.Item item = new ScanEntry.Item(block.key(), found.get());
            return isOrphan(block.chain(), found.get(), byOwner(block.chain(), List.of(item)),
                    new HashMap<>()).compose(orphan -> {
                if (!orphan) {
                    return Future.succeededFuture(false);
                }
                LOG.info("{} on {} belongs to nothing: {}", block.key(), block.chain(),
                        BlockOwner.decode(found.get().value()));
                return blocks.delete(block.chain(), List.of(block.key())).map(true);
            });
        }).map(deleted -> {
            suspects.remove(block);
            return deleted;
        }).recover(failure -> {
            LOG.debug("{} is looked at later: {}", block, failure.getMessage());
            return Future.succeededFuture(false);
        });
    }

    /// @param asked the blocks of one page, by owner
    /// @param named which of them their owners were found to name
    private Future<Boolean> isOrphan(ChainId chain, Version record,
            Map<Bytes, Set<Block>> asked, Map<Bytes, Set<Block>> named) {
        BlockOwner owner = BlockOwner.decode(record.value());
        // Only spares the work: most uploads are soon done.
        boolean isYoung = Math.abs(wallMillis.getAsLong() - owner.createdMillis()) < YOUNG_MILLIS;
        if (isYoung || record.body().isEmpty()) {
            return Future.succeededFuture(false);
        }
        Block block = new Block(chain, record.body().get());
        Set<Block> known = named.get(owner.recordKey());
        return (known != null ? Future.succeededFuture(known)
                : namedBy(owner, asked.get(owner.recordKey())).onSuccess(
                        all -> named.put(owner.recordKey(), all)))
                .map(all -> !all.contains(block));
    }

    /// Which of the blocks the owner's record names, or a version of its object, on whichever chain
    /// it is now: shards move, and the parts of finished uploads stay where a shard once was.
    /// Versions are walked only for what is not named yet, on one chain after the other.
    private Future<Set<Block>> namedBy(BlockOwner owner, Set<Block> asked) {
        Set<Block> all = new LinkedHashSet<>();
        Iterator<ChainId> each = homes(owner).iterator();
        return Loop.repeat(() -> {
            if (!each.hasNext() || all.size() == asked.size()) {
                return Future.succeededFuture(false);
            }
            ChainId chain = each.next();
            return chains.get(chain, owner.recordKey()).compose(found -> {
                found.ifPresent(record -> keepNamed(chain, record, asked, all));
                return RecordKeys.tag(owner.recordKey()) != 'o'
                        ? Future.succeededFuture(true)
                        : walkVersions(chain, owner.recordKey(), asked, all).map(true);
            });
        }).map(_ -> all);
    }

    private Future<Void> walkVersions(
            ChainId chain, Bytes object, Set<Block> asked, Set<Block> all) {
        Bytes[] next = {Bytes.EMPTY};
        Bytes versions = RecordKeys.versionsOf(
                RecordKeys.bucketId(object), RecordKeys.keyOfObject(object));
        return Loop.repeat(() -> all.size() == asked.size() ? Future.succeededFuture(false)
                : chains.scan(chain, ScanRange.all(versions, next[0], BLOCKS_MAX)).map(page -> {
                    page.entries().forEach(entry -> keepNamed(
                            chain, ((ScanEntry.Item) entry).version(), asked, all));
                    page.next().ifPresent(from -> next[0] = from);
                    return page.next().isPresent();
                }));
    }

    private Set<ChainId> homes(BlockOwner owner) {
        Set<ChainId> homes = new LinkedHashSet<>();
        homes.add(new ChainId(owner.chain()));
        homes.addAll(chains.chains());
        return homes;
    }

    private static void keepNamed(
            ChainId chain, Version record, Set<Block> asked, Set<Block> all) {
        if (Manifest.decode(chain, record).location() instanceof Location.Blocks named) {
            named.blocks().stream().filter(asked::contains).forEach(all::add);
        }
    }
}
