package io.catena.chain.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.link.BodyAnswer;
import io.catena.chain.link.ChainLink;
import io.catena.chain.store.BodyStore;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.DigestMessage;
import io.catena.protocol.message.Envelope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Chunks of a few bodies staged from many event loops at once: the calls for one body reach the
/// store one at a time, and those of one caller in their order.
class BodiesStressTest {
    private static final ChainId CHAIN = new ChainId(1);
    private static final int CALLERS = 6;
    private static final int BODIES = 3;
    private static final int CHUNKS = 300;

    private final Vertx vertx = Vertx.vertx();
    private final Store store = new Store();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldKeepTheCallsForOneBodyApartAndInOrder() {
        Bodies bodies = new Bodies(
                vertx, vertx.createSharedWorkerExecutor("disk", 8), store, new NoLink());
        CyclicBarrier together = new CyclicBarrier(CALLERS);
        List<Future<?>> callers = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            int number = caller;
            callers.add(vertx.createSharedWorkerExecutor("caller-" + caller, 1)
                    .executeBlocking(() -> stageAll(bodies, number, together))
                    .<Void>compose(calls -> calls.mapEmpty()));
        }
        Future.all(callers).toCompletionStage().toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS).join();

        assertThat(store.overlaps.get()).isZero();
        for (List<Integer> calls : store.calls.values()) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int number = caller;
                assertThat(calls.stream().filter(call -> call / CHUNKS == number).toList())
                        .hasSize(CHUNKS).isSorted();
            }
        }
    }

    /// The offset of a chunk tells who calls, and which call it is.
    private static Future<?> stageAll(Bodies bodies, int caller, CyclicBarrier together)
            throws Exception {
        together.await(30, TimeUnit.SECONDS);
        List<Future<?>> calls = new ArrayList<>();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int body = 0; body < BODIES; body++) {
                var stage = new BodyMessage.Stage(CHAIN, new BodyId(1, body), 1 << 20,
                        caller * CHUNKS + chunk, List.of());
                calls.add(bodies.stage(stage, Buffer.buffer(), Optional.empty()));
            }
        }
        return Future.all(calls);
    }

    private static final class Store implements BodyStore {
        final Map<BodyId, List<Integer>> calls = new ConcurrentHashMap<>();
        final AtomicInteger overlaps = new AtomicInteger();
        private final Map<BodyId, Thread> inside = new ConcurrentHashMap<>();

        @Override
        public BodyReply stage(BodyMessage.Stage chunk, ByteBuffer bytes) {
            if (inside.putIfAbsent(chunk.id(), Thread.currentThread()) != null) {
                overlaps.incrementAndGet();
            }
            calls.computeIfAbsent(chunk.id(), _ -> new CopyOnWriteArrayList<>())
                    .add(chunk.offsetBytes());
            Thread.yield();
            inside.remove(chunk.id());
            return new BodyReply.Staged();
        }

        @Override
        public void discard(ChainId chain, BodyId id) {}

        @Override
        public boolean holds(ChainId chain, BodyRef ref) {
            return false;
        }

        @Override
        public int stagedBytes(ChainId chain, BodyId id) {
            return 0;
        }

        @Override
        public Content read(BodyMessage.Read request) {
            throw new AssertionError("nobody reads here");
        }

        @Override
        public Verified verify(ChainId chain, Optional<BodyId> after, int bytesMax) {
            throw new AssertionError("nobody verifies here");
        }

        @Override
        public BodyDamage damage() {
            return BodyDamage.NONE;
        }

        @Override
        public List<BodyRef> missing(ChainId chain, int most) {
            return List.of();
        }

        @Override
        public long freeBytes() {
            return Long.MAX_VALUE;
        }
    }

    private static final class NoLink implements ChainLink {
        @Override
        public void send(Envelope envelope) {}

        @Override
        public Future<BodyAnswer> exchange(NodeId node, BodyMessage message, Buffer bytes) {
            return Future.failedFuture("nobody there");
        }

        @Override
        public Future<DigestMessage.Answer> ask(NodeId node, DigestMessage.Question question) {
            return Future.failedFuture("nobody there");
        }

        @Override
        public boolean isBusy(NodeId node) {
            return false;
        }
    }
}
