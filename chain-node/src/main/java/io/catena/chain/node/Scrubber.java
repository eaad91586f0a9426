package io.catena.chain.node;

import io.catena.chain.link.ChainLink;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.BodyStore;
import io.catena.chain.store.ChainStore;
import io.catena.chain.store.DiskStore;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.DigestMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the [ScrubPlan] of a node's disk, on one thread of its own. The plan is only ever
/// touched on one context; public methods may be called from any thread.
final class Scrubber {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final long TICK_MILLIS = 50;
    /// Another replica may be a little behind: it is asked again.
    private static final int ASKS_MAX = 10;
    private static final long ASK_AGAIN_MILLIS = 200;

    private final Vertx vertx;
    private final Member self;
    private final DiskStore store;
    private final ChainLink links;
    private final Supplier<Map<ChainId, ReplicaStatus>> replicas;
    private final Consumer<String> diskFailed;
    private final ScrubSettings settings;
    private final WorkerExecutor worker;
    private final Context context;
    private final ScrubPlan plan;
    private volatile ScrubStatus status = ScrubStatus.NONE;
    private long timer;

    /// @param diskFailed told when an index must not be believed any more
    Scrubber(Vertx vertx, Member self, DiskStore store, ChainLink links,
            Supplier<Map<ChainId, ReplicaStatus>> replicas, Consumer<String> diskFailed,
            ScrubSettings settings) {
        this.vertx = vertx;
        this.self = self;
        this.store = store;
        this.links = links;
        this.replicas = replicas;
        this.diskFailed = diskFailed;
        this.settings = settings;
        worker = vertx.createSharedWorkerExecutor("catena-scrub-" + self, 1);
        context = vertx.getOrCreateContext();
        plan = new ScrubPlan(settings, nowMillis());
        context.runOnContext(_ -> timer = vertx.setPeriodic(TICK_MILLIS, _ -> tick()));
    }

    private static long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    void start() {
        change(() -> plan.start(nowMillis()));
    }

    void pause() {
        change(plan::pause);
    }

    void resume() {
        change(plan::resume);
    }

    /// Begins nothing more.
    void end() {
        change(() -> {
            plan.pause();
            vertx.cancelTimer(timer);
        });
    }

    /// Ends its thread.
    void close() {
        worker.close();
    }

    private void change(Runnable change) {
        context.runOnContext(_ -> {
            change.run();
            status = plan.status();
        });
    }

    ScrubStatus status() {
        return status;
    }

    private void tick() {
        plan.next(nowMillis(), List.copyOf(replicas.get().keySet())).ifPresent(step ->
                carryOut(step).onComplete(
                        found -> done(step, found), failure -> failed(step, failure)));
        status = plan.status();
    }

    /// Nothing more is done: the disk is closed. A node that is about to stop pauses first.
    private void failed(ScrubPlan.Step step, Throwable failure) {
        LOG.error("scrub of {}", step.chain(), failure);
        if (!status.paused()) {
            diskFailed.accept(failure.getMessage());
        }
    }

    private void done(ScrubPlan.Step step, ScrubPlan.Found found) {
        context.runOnContext(_ -> {
            plan.done(nowMillis(), found);
            status = plan.status();
            if (!status.running()) {
                LOG.info("scrub: a cycle is complete with {}: {}", step.chain(), status);
            }
        });
    }

    private Future<ScrubPlan.Found> carryOut(ScrubPlan.Step step) {
        ReplicaStatus replica = replicas.get().get(step.chain());
        if (replica == null || !replica.whole()) {
            return Future.succeededFuture(ScrubPlan.Found.NOTHING);
        }
        return switch (step) {
            case ScrubPlan.Index index -> worker.executeBlocking(() ->
                    ScrubPlan.Found.index(store.chain(index.chain()).verifyIndex()));
            case ScrubPlan.Bodies bodies -> worker.executeBlocking(() -> verify(bodies));
            case ScrubPlan.Compare compare -> compare(compare.chain(), replica);
        };
    }

    private ScrubPlan.Found verify(ScrubPlan.Bodies step) {
        BodyStore.Verified verified =
                store.bodies().verify(step.chain(), step.after(), settings.sliceBytes());
        return ScrubPlan.Found.bodies(verified.bytes(), verified.bodies(), verified.damaged(),
                verified.next());
    }

    private Future<ScrubPlan.Found> compare(ChainId chain, ReplicaStatus replica) {
        ChainStore own = store.chain(chain);
        long seq = own.digestSeq().orElse(-1);
        Optional<IndexDigest> digest = own.digest(seq);
        List<NodeId> others = replica.configuration().map(ChainConfiguration::members)
                .orElse(List.of()).stream().map(Member::node)
                .filter(node -> !node.equals(self.node())).toList();
        if (digest.isEmpty()) {
            return Future.succeededFuture(ScrubPlan.Found.compared(0, 0, others.size()));
        }
        List<Future<ScrubPlan.Found>> compared = new ArrayList<>();
        others.forEach(other -> compared.add(ask(chain, seq, other, ASKS_MAX)
                .map(answer -> judge(chain, seq, digest.get(), other, answer))));
        return Future.join(compared).map(all -> all.<ScrubPlan.Found>list().stream()
                .reduce(ScrubPlan.Found.NOTHING, Scrubber::sum));
    }

    private static ScrubPlan.Found sum(ScrubPlan.Found a, ScrubPlan.Found b) {
        return ScrubPlan.Found.compared(a.compared() + b.compared(),
                a.differing() + b.differing(), a.uncompared() + b.uncompared());
    }

    private Future<Optional<IndexDigest>> ask(ChainId chain, long seq, NodeId other, int asks) {
        return links.ask(other, new DigestMessage.Question(chain, seq))
                .map(DigestMessage.Answer::digest)
                .recover(_ -> Future.succeededFuture(Optional.empty()))
                .compose(answer -> answer.isPresent() || asks == 1
                        ? Future.succeededFuture(answer)
                        : later().compose(_ -> ask(chain, seq, other, asks - 1)));
    }

    private Future<Void> later() {
        Promise<Void> promise = Promise.promise();
        vertx.setTimer(ASK_AGAIN_MILLIS, _ -> promise.complete());
        return promise.future();
    }

    private static ScrubPlan.Found judge(ChainId chain, long seq, IndexDigest own, NodeId other,
            Optional<IndexDigest> answer) {
        if (answer.isEmpty()) {
            return ScrubPlan.Found.compared(0, 0, 1);
        }
        boolean same = answer.get().equals(own);
        if (!same) {
            LOG.error("{} at {}: the index here is {}, that of {} is {}: one replica is wrong",
                    chain, seq, own, other, answer.get());
        }
        return ScrubPlan.Found.compared(1, same ? 0 : 1, 0);
    }
}
