package io.catena.chain.node;

import io.catena.chain.link.BodyAnswer;
import io.catena.chain.link.ChainLink;
import io.catena.chain.store.BodyStore;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/// The bytes of bodies on their way through a node: staged on the disk as they arrive, passed on to
/// the successor at once when its connection has room (cut-through), and fetched from the
/// predecessor when an update names a body that did not come by itself. Passing on is only ever a
/// head start: what is not passed on is fetched, so nothing waits for a slow successor and no bytes
/// pile up here.
final class Bodies {
    /// Bodies whose passing on is followed; beyond that bodies are fetched.
    private static final int RELAYS_MAX = 4_096;
    /// How long a body that is still arriving is waited for before it is fetched.
    private static final long ARRIVAL_MILLIS = 10;

    private final Vertx vertx;
    private final WorkerExecutor disk;
    private final BodyStore store;
    private final ChainLink links;
    /// Calls for one body come one at a time, in order.
    private final ConcurrentHashMap<BodyId, Future<?>> lanes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<BodyId, Integer> relayedBytes = new ConcurrentHashMap<>();

    Bodies(Vertx vertx, WorkerExecutor disk, BodyStore store, ChainLink links) {
        this.vertx = vertx;
        this.disk = disk;
        this.store = store;
        this.links = links;
    }

    /// Keeps a chunk, and passes it on to `successor` if there is one and it has room.
    Future<BodyAnswer> stage(BodyMessage.Stage chunk, Buffer bytes, Optional<NodeId> successor) {
        return stage(chunk, bytes).map(answer -> {
            if (answer.reply() instanceof BodyReply.Staged) {
                successor.ifPresent(node -> relay(node, chunk, bytes));
            }
            return answer;
        });
    }

    private Future<BodyAnswer> stage(BodyMessage.Stage chunk, Buffer bytes) {
        return inLane(chunk.id(), () ->
                BodyAnswer.of(store.stage(chunk, ByteBuffer.wrap(bytes.getBytes()))));
    }

    private void relay(NodeId successor, BodyMessage.Stage chunk, Buffer bytes) {
        boolean inOrder = chunk.offsetBytes() == 0
                ? relayedBytes.size() < RELAYS_MAX
                : Integer.valueOf(chunk.offsetBytes()).equals(relayedBytes.get(chunk.id()));
        int through = chunk.offsetBytes() + bytes.length();
        if (!inOrder || links.isBusy(successor) || through == chunk.bodyLengthBytes()) {
            relayedBytes.remove(chunk.id());
        } else {
            relayedBytes.put(chunk.id(), through);
        }
        if (inOrder && !links.isBusy(successor)) {
            links.exchange(successor, chunk, bytes)
                    .onFailure(_ -> relayedBytes.remove(chunk.id()));
        }
    }

    Future<BodyAnswer> discard(BodyMessage.Discard message) {
        relayedBytes.remove(message.id());
        return inLane(message.id(), () -> {
            store.discard(message.chain(), message.id());
            return BodyAnswer.of(new BodyReply.Staged());
        });
    }

    Future<BodyAnswer> read(BodyMessage.Read message) {
        return disk.executeBlocking(() -> {
            BodyStore.Content content = store.read(message);
            ByteBuffer bytes = content.bytes();
            if (bytes == null || !bytes.hasRemaining()) {
                return BodyAnswer.of(content.reply());
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return new BodyAnswer(content.reply(), Buffer.buffer(copy));
        }, false);
    }

    /// Whether all these bodies are here, whole.
    Future<Boolean> hold(ChainId chain, List<BodyRef> refs) {
        return disk.executeBlocking(
                () -> refs.stream().allMatch(ref -> store.holds(chain, ref)), false);
    }

    /// Bodies that are named here but absent.
    Future<List<BodyRef>> missing(ChainId chain, int most) {
        return disk.executeBlocking(() -> store.missing(chain, most), false);
    }

    /// Completes with true when the body is here, arrived by itself or fetched from `from`; with
    /// false when `from` does not have it either.
    Future<Boolean> obtain(ChainId chain, BodyRef ref, NodeId from) {
        return arrived(chain, ref, -1).compose(here -> here
                ? Future.succeededFuture(true)
                : stagedBytes(chain, ref).compose(staged -> fetch(chain, ref, from, staged)));
    }

    private Future<Boolean> arrived(ChainId chain, BodyRef ref, int stagedBefore) {
        return hold(chain, List.of(ref)).compose(here -> {
            if (here) {
                return Future.succeededFuture(true);
            }
            return stagedBytes(chain, ref).compose(staged -> staged <= stagedBefore
                    ? Future.succeededFuture(false)
                    : after(ARRIVAL_MILLIS).compose(_ -> arrived(chain, ref, staged)));
        });
    }

    private Future<Integer> stagedBytes(ChainId chain, BodyRef ref) {
        return disk.executeBlocking(() -> store.stagedBytes(chain, ref.id()), false);
    }

    private Future<Void> after(long millis) {
        Promise<Void> promise = Promise.promise();
        vertx.setTimer(millis, _ -> promise.complete());
        return promise.future();
    }

    private Future<Boolean> fetch(ChainId chain, BodyRef ref, NodeId from, int offsetBytes) {
        if (offsetBytes >= ref.lengthBytes()) {
            return hold(chain, List.of(ref)).compose(here -> here
                    ? Future.succeededFuture(true)
                    : Future.failedFuture(new StoreException("body " + ref.id() + " from " + from
                            + " has another checksum than its update says", null)));
        }
        int lengthBytes =
                Math.min(BodyMessage.CHUNK_BYTES_MAX, ref.lengthBytes() - offsetBytes);
        var read = new BodyMessage.Read(chain, ref.id(), offsetBytes, lengthBytes);
        return links.exchange(from, read, Buffer.buffer()).compose(answer ->
                switch (answer.reply()) {
                    case BodyReply.Content content ->
                            keep(chain, ref, offsetBytes, content, answer.bytes())
                                    .compose(_ -> fetch(
                                            chain, ref, from, offsetBytes + lengthBytes));
                    case BodyReply.Absent _ -> Future.succeededFuture(false);
                    case BodyReply.Staged _, BodyReply.Damaged _, BodyReply.Busy _,
                            BodyReply.NoSpace _, BodyReply.Invalid _ ->
                            Future.failedFuture(
                                    "body " + ref.id() + " from " + from + ": " + answer.reply());
                });
    }

    private Future<Void> keep(ChainId chain, BodyRef ref, int offsetBytes,
            BodyReply.Content content, Buffer bytes) {
        var chunk = new BodyMessage.Stage(
                chain, ref.id(), ref.lengthBytes(), offsetBytes, content.pageCrcs());
        return stage(chunk, bytes).compose(answer -> answer.reply() instanceof BodyReply.Staged
                ? Future.succeededFuture()
                : Future.failedFuture("body " + ref.id() + ": " + answer.reply()));
    }

    private <T> Future<T> inLane(BodyId id, Callable<T> call) {
        Promise<T> promise = Promise.promise();
        Future<T> done = promise.future();
        Future<?> before = lanes.put(id, done);
        Runnable run = () -> disk.executeBlocking(call, false).onComplete(promise);
        if (before == null) {
            run.run();
        } else {
            before.onComplete(_ -> run.run());
        }
        done.onComplete(_ -> lanes.remove(id, done));
        return done;
    }
}
