package io.catena.client.object;

import io.catena.client.chain.Chains;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.ShardRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Splits shards that have become too large, and moves them: run a round on a timer, on every
/// server. A server works on the shards whose chain has its head here, one piece of work after the
/// other; whoever becomes the head goes on. Two that both think so do no harm (see [ShardMove]).
public final class ShardDriver {
    /// Steps for one bucket in one round: a split of one shard takes ten.
    private static final int STEPS_MAX = 400;
    private static final Logger LOG = LoggerFactory.getLogger(ShardDriver.class);

    private final Buckets buckets;
    private final Chains chains;
    private final ShardSettings settings;
    private final Predicate<ChainId> isHere;
    private final LongSupplier nanos;
    private final ShardPort port;
    /// When a move that has been switched was first seen here; only of those that still are.
    private final Map<Moved, Long> switchedNanos = new HashMap<>();
    private boolean running;

    private record Moved(long bucketId, ShardRecord shard) {}

    /// @param isHere whether a chain has its head on this server
    /// @param nanos a monotonic clock
    public ShardDriver(Buckets buckets, Chains chains, ShardSettings settings,
            Predicate<ChainId> isHere, LongSupplier nanos) {
        this.buckets = buckets;
        this.chains = chains;
        this.settings = settings;
        this.isHere = isHere;
        this.nanos = nanos;
        this.port = new ShardPort(buckets, chains);
    }

    /// One round over all buckets. While a round runs, another does nothing. Always on the same
    /// context. What fails is tried again in the next round.
    public Future<Void> round() {
        if (running) {
            return Future.succeededFuture();
        }
        running = true;
        return Future.succeededFuture().compose(_ -> {
            List<BucketRecord> all = buckets.buckets();
            forgetMoves(all);
            Iterator<BucketRecord> each = all.iterator();
            return Loop.repeat(() -> each.hasNext()
                    ? work(each.next()).map(true) : Future.succeededFuture(false));
        }).onComplete(_ -> running = false);
    }

    private void forgetMoves(List<BucketRecord> all) {
        Set<Moved> present = new HashSet<>();
        all.forEach(bucket -> bucket.shards().forEach(shard ->
                present.add(new Moved(bucket.id(), shard))));
        switchedNanos.keySet().retainAll(present);
    }

    /// One bucket that cannot be worked on does not keep the others waiting.
    private Future<Void> work(BucketRecord bucket) {
        int[] steps = new int[1];
        return Loop.repeat(() -> now(bucket).filter(_ -> steps[0]++ < STEPS_MAX)
                        .map(this::step).orElseGet(() -> Future.succeededFuture(false)))
                .recover(failure -> {
                    LOG.info("shards of {} are looked at later: {}",
                            bucket.name(), failure.toString());
                    return Future.succeededFuture();
                });
    }

    private Optional<BucketRecord> now(BucketRecord bucket) {
        return buckets.bucket(bucket.name(), ReadLevel.STRONG).filter(one ->
                one.id() == bucket.id() && one.state() == BucketState.ACTIVE);
    }

    /// Whether something was done, so that there may be more to do.
    private Future<Boolean> step(BucketRecord bucket) {
        return moves(bucket).compose(moved -> moved ? Future.succeededFuture(true)
                : announce(bucket)).compose(done -> done ? Future.succeededFuture(true)
                : cut(bucket));
    }

    private Future<Boolean> moves(BucketRecord bucket) {
        Iterator<ShardRecord> each = ShardPlan.moves(bucket, isHere).iterator();
        boolean[] changed = new boolean[1];
        return Loop.repeat(() -> {
            if (!each.hasNext()) {
                return Future.succeededFuture(false);
            }
            ShardRecord shard = each.next();
            boolean clears = mayClear(bucket, shard);
            return port.run(new ShardMove(bucket.id(), bucket.name(), shard, clears))
                    .map(done -> {
                        boolean moving =
                                shard.move().orElseThrow() instanceof ShardRecord.Move.To;
                        changed[0] |= done && (moving || clears);
                        log(bucket, shard, done && (moving || clears));
                        return true;
                    });
        }).map(_ -> changed[0]);
    }

    private static void log(BucketRecord bucket, ShardRecord shard, boolean done) {
        if (done) {
            LOG.info("shard {}..{} of {}: {} done", shard.slotFrom(), shard.slotTo(),
                    bucket.name(), shard.move().orElseThrow());
        }
    }

    private static void log(BucketRecord bucket, ShardPlan.Announcement plan, boolean taken) {
        if (taken) {
            LOG.info("shard {}..{} of {} goes from {}: {}", plan.before().slotFrom(),
                    plan.before().slotTo(), bucket.name(), plan.before().chain(),
                    plan.after().move().orElseThrow());
        }
    }

    private boolean mayClear(BucketRecord bucket, ShardRecord shard) {
        long now = nanos.getAsLong();
        boolean switched = shard.move().orElseThrow() instanceof ShardRecord.Move.From;
        return switched && now - switchedNanos.computeIfAbsent(
                new Moved(bucket.id(), shard), _ -> now)
                >= settings.movedGraceMillis() * 1_000_000;
    }

    private Future<Boolean> announce(BucketRecord bucket) {
        return ShardPlan.announce(bucket, chains.chains(), isHere)
                .map(plan -> buckets.change(bucket.id(), plan.before(), List.of(plan.after()))
                        .onSuccess(taken -> log(bucket, plan, taken)))
                .orElseGet(() -> Future.succeededFuture(false));
    }

    private Future<Boolean> cut(BucketRecord bucket) {
        Iterator<ShardRecord> each =
                new ArrayList<>(ShardPlan.cuttable(bucket, isHere)).iterator();
        boolean[] cut = new boolean[1];
        return Loop.repeat(() -> !each.hasNext() || cut[0] ? Future.succeededFuture(false)
                : cutIfLarge(bucket, each.next()).map(done -> {
                    cut[0] = done;
                    return true;
                })).map(_ -> cut[0]);
    }

    private Future<Boolean> cutIfLarge(BucketRecord bucket, ShardRecord shard) {
        return chains.usage(shard.chain(), ChargeScopes.of(bucket.id(), shard.slots()),
                ReadLevel.STRONG).compose(usage -> usage.versions() <= settings.objectsMax()
                        ? Future.succeededFuture(false) : recharge(bucket, shard))
                .compose(ready -> ready
                        ? port.run(new ShardCut(bucket.id(), bucket.name(), shard))
                        : Future.succeededFuture(false))
                .onSuccess(done -> {
                    if (done) {
                        LOG.info("shard {}..{} of {} is cut", shard.slotFrom(), shard.slotTo(),
                                bucket.name());
                    }
                });
    }

    /// Whether all records of the bucket have charges by slot group.
    private Future<Boolean> recharge(BucketRecord bucket, ShardRecord shard) {
        return chains.usage(shard.chain(), ChargeScopes.former(bucket.id()), ReadLevel.STRONG)
                .compose(former -> former.versions() == 0 ? Future.succeededFuture(true)
                        : port.run(new ShardRecharge(bucket.id(), shard)));
    }
}
