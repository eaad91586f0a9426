package io.catena.client.object;

import io.catena.client.chain.BodyWriter;
import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.message.BodyMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts blocks on chains and takes them away again.
final class Blocks {
    /// Deletes in one write to a chain.
    static final int DELETES_MAX = 500;
    /// Cleanings-up at one time; beyond it what is left over waits for the search for orphans.
    private static final int CLEANUPS_MAX = 64;
    private static final long PAUSE_MILLIS = 50;
    /// How long a chain's new head is waited for.
    private static final long STAGE_MILLIS_MAX = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Blocks.class);

    private final Vertx vertx;
    private final Chains chains;
    private final ObjectSettings settings;
    private final AtomicInteger cleanups = new AtomicInteger();

    Blocks(Vertx vertx, Chains chains, ObjectSettings settings) {
        this.vertx = vertx;
        this.chains = chains;
        this.settings = settings;
    }

    /// Stages bytes at one chain, for a write that names them. While the chain has no head that
    /// answers it is tried again, as a write is.
    Future<BodyRef> stage(ChainId chain, Buffer bytes) {
        return stage(chain, bytes, System.nanoTime() + STAGE_MILLIS_MAX * 1_000_000);
    }

    private Future<BodyRef> stage(ChainId chain, Buffer bytes, long deadlineNanos) {
        return stageOnce(chain, bytes).recover(failure -> {
            boolean again = failure instanceof StorageException known
                    && (known.kind() == StorageException.Kind.UNAVAILABLE
                            || known.kind() == StorageException.Kind.BUSY);
            return again && System.nanoTime() - deadlineNanos < 0
                    ? vertx.timer(PAUSE_MILLIS).compose(_ -> stage(chain, bytes, deadlineNanos))
                    : Future.failedFuture(failure);
        });
    }

    private Future<BodyRef> stageOnce(ChainId chain, Buffer bytes) {
        BodyWriter writer = chains.newBody(chain, bytes.length());
        int[] at = new int[1];
        return Loop.repeat(() -> {
            int end = Math.min(bytes.length(), at[0] + BodyMessage.CHUNK_BYTES_MAX);
            Buffer chunk = bytes.slice(at[0], end);
            at[0] = end;
            return writer.write(chunk).map(end < bytes.length());
        }).map(_ -> writer.finish()).onFailure(_ -> writer.abandon());
    }

    /// Writes a block to the first chain that takes it, unless its upload takes too long: what old
    /// uploads leave behind is swept away.
    ///
    /// @param startedNanos when the upload began, on [System#nanoTime]
    Future<Location.Block> place(Buffer bytes, BlockOwner owner, long startedNanos) {
        if ((System.nanoTime() - startedNanos) / 1_000_000 > settings.uploadMillisMax()) {
            return Future.failedFuture(new StorageException(StorageException.Kind.TOO_SLOW,
                    "the upload took longer than " + settings.uploadMillisMax() + " ms"));
        }
        return place(bytes, owner, new ArrayList<>());
    }

    private Future<Location.Block> place(Buffer bytes, BlockOwner owner, List<ChainId> tried) {
        Optional<ChainId> next = nextChain(tried);
        if (next.isEmpty()) {
            return Future.failedFuture(new StorageException(
                    StorageException.Kind.UNAVAILABLE, "no chain is known"));
        }
        ChainId chain = next.get();
        tried.add(chain);
        return placeOn(chain, bytes, owner).recover(failure -> {
            if (tried.size() >= settings.blockAttemptsMax()) {
                return Future.failedFuture(failure);
            }
            LOG.info("chain {} did not take a block: {}", chain, failure.getMessage());
            return vertx.timer(PAUSE_MILLIS).compose(_ -> place(bytes, owner, tried));
        });
    }

    /// One that was not tried yet; when all were, the least recently tried one.
    private Optional<ChainId> nextChain(List<ChainId> tried) {
        List<ChainId> known = chains.chains();
        return known.stream().filter(chain -> !tried.contains(chain)).findFirst()
                .or(() -> known.stream().min((a, b) ->
                        Integer.compare(tried.lastIndexOf(a), tried.lastIndexOf(b))));
    }

    private Future<Location.Block> placeOn(ChainId chain, Buffer bytes, BlockOwner owner) {
        return stageOnce(chain, bytes).compose(ref -> {
            Location.Block block = new Location.Block(chain, ref);
            Mutation put = new Mutation.Put(RecordKeys.block(ref.id()), Bytes.EMPTY,
                    owner.encode(), Optional.of(ref), false, true);
            return chains.write(chain, List.of(), List.of(put)).map(block)
                    // Perhaps it was written all the same.
                    .onFailure(_ -> cleanUp(new Location.Blocks(List.of(block))));
        });
    }

    /// Takes away, in the background, what a failed write leaves behind. What cannot be taken away
    /// now stays an orphan with its owner's name.
    void cleanUp(Location location) {
        if (!(location instanceof Location.Blocks blocks) || blocks.blocks().isEmpty()) {
            return;
        }
        if (cleanups.incrementAndGet() > CLEANUPS_MAX) {
            cleanups.decrementAndGet();
            LOG.warn("{} blocks are left over", blocks.blocks().size());
            return;
        }
        delete(blocks.blocks()).onFailure(failure ->
                        LOG.warn("{} blocks are left over", blocks.blocks().size(), failure))
                .onComplete(_ -> cleanups.decrementAndGet());
    }

    /// What `step` gives; when it throws, the bytes at `location` are not wanted.
    <T> T orCleanUp(Location location, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            cleanUp(location);
            throw e;
        }
    }

    /// When the write that names the bytes was refused, they are not wanted. When its outcome is
    /// unknown they may be: then they stay.
    Future<Void> orCleanUp(Location location, Future<Void> write) {
        return write.onFailure(failure -> {
            if (failure instanceof StorageException known
                    && known.kind() != StorageException.Kind.UNAVAILABLE) {
                cleanUp(location);
            }
        });
    }

    /// Takes the parts of an aborted upload away, in the background; what stays is garbage.
    void cleanUpParts(ChainId chain, long bucketId, String uploadId) {
        if (cleanups.incrementAndGet() > CLEANUPS_MAX) {
            cleanups.decrementAndGet();
            return;
        }
        deleteAll(chain, RecordKeys.parts(bucketId, uploadId))
                .onFailure(failure -> LOG.info("parts of {} are left over", uploadId, failure))
                .onComplete(_ -> cleanups.decrementAndGet());
    }

    /// Deletes all records with this prefix, page by page.
    Future<Void> deleteAll(ChainId chain, Bytes prefix) {
        return Loop.repeat(() -> chains
                .scan(chain, new ScanRange(prefix, Bytes.EMPTY, Bytes.EMPTY, DELETES_MAX, 0,
                        ScanRange.PAGE_BYTES_MAX))
                .compose(page -> delete(chain, page.entries().stream().map(ScanEntry::key).toList())
                        .map(page.next().isPresent())));
    }

    /// Deletes blocks, many of a chain in one write.
    Future<Void> delete(List<Location.Block> blocks) {
        Map<ChainId, List<Bytes>> keys = new TreeMap<>();
        blocks.forEach(block -> keys.computeIfAbsent(block.chain(), _ -> new ArrayList<>())
                .add(RecordKeys.block(block.body().id())));
        Iterator<Map.Entry<ChainId, List<Bytes>>> each = keys.entrySet().iterator();
        return Loop.repeat(() -> {
            if (!each.hasNext()) {
                return Future.succeededFuture(false);
            }
            Map.Entry<ChainId, List<Bytes>> next = each.next();
            return delete(next.getKey(), next.getValue()).map(true);
        });
    }

    /// Deletes records of a chain, in pages; what they refer to becomes garbage.
    Future<Void> delete(ChainId chain, List<Bytes> keys) {
        int[] at = new int[1];
        return Loop.repeat(() -> {
            if (at[0] >= keys.size()) {
                return Future.succeededFuture(false);
            }
            List<Mutation> page = new ArrayList<>();
            int end = Math.min(keys.size(), at[0] + DELETES_MAX);
            keys.subList(at[0], end).forEach(key -> page.add(new Mutation.Delete(key, true)));
            at[0] = end;
            return chains.write(chain, List.of(), page).map(true);
        });
    }
}
