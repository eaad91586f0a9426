package io.catena.server;

import io.catena.chain.node.NodeListener;
import io.catena.chain.node.NodeSettings;
import io.catena.chain.node.ScrubSettings;
import io.catena.chain.node.ScrubStatus;
import io.catena.chain.node.StorageNode;
import io.catena.chain.replica.NodeReport;
import io.catena.chain.replica.ReplicaSettings;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.DiskStore;
import io.catena.chain.store.StoreException;
import io.catena.client.master.ClusterView;
import io.catena.client.master.MasterSession;
import io.catena.client.master.SessionListener;
import io.catena.client.master.SessionSettings;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.protocol.message.MasterMessage.Report;
import io.catena.server.settings.ServerSettings;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One life of a disk as a node: from its opening, by registration and lease, until the disk fails
/// or the server stops. Made by [ServerDisk], which closes the disk behind it.
final class DiskNode implements SessionListener, NodeListener {
    private static final Logger LOG = LoggerFactory.getLogger(DiskNode.class);
    private static final int CALL_MILLIS = 10_000;
    private static final int GIB_SHIFT = 30;

    private final DiskParts parts;
    private final NodeId id;
    private final DiskStore store;
    private final Runnable onSeat;
    private final Consumer<String> onFailure;
    private final ConcurrentSkipListMap<ChainId, JoiningWhole> joined =
            new ConcurrentSkipListMap<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    /// Capacity of the disk, at least 1.
    private volatile long weight = 1;
    private volatile Optional<MasterSession> session = Optional.empty();
    private volatile Optional<StorageNode> node = Optional.empty();

    /// @param onSeat called when the master has given this life its seat
    /// @param onFailure called when the disk cannot be relied on, perhaps again and again
    DiskNode(DiskParts parts, NodeId id, DiskStore store, Runnable onSeat,
            Consumer<String> onFailure) {
        this.parts = parts;
        this.id = id;
        this.store = store;
        this.onSeat = onSeat;
        this.onFailure = onFailure;
    }

    /// Reads what the disk holds, on the calling thread; the rest on a context of its own.
    void start() {
        List<ChainId> partial = store.chains().stream()
                .filter(chain -> !store.chain(chain).recovered().whole()).toList();
        weight = gibibytes(parts.settings().disks().get(id.disk() - 1));
        SessionSettings settings = new SessionSettings(id, parts.settings().host(),
                parts.settings().nodePort(), store.identity(), partial, parts.settings().masters(),
                parts.settings().heartbeatMillis(), CALL_MILLIS);
        parts.vertx().getOrCreateContext().runOnContext(_ -> startSession(settings));
    }

    private long gibibytes(Path directory) {
        try {
            return Math.max(1, Files.getFileStore(directory).getTotalSpace() >> GIB_SHIFT);
        } catch (IOException e) {
            onFailure.accept("the size of " + directory + " is not known: " + e.getMessage());
            return 1;
        }
    }

    private void startSession(SessionSettings settings) {
        if (!ended.get()) {
            MasterSession started = MasterSession.start(parts.vertx(), settings, parts.client(),
                    this::report, List.of(this));
            session = Optional.of(started);
            parts.sessions().add(started);
            started.registered().onSuccess(this::startNode).onSuccess(_ -> describe(started));
            if (ended.get()) {
                forget(started); // It ended before it knew of the session.
            }
        }
    }

    /// Tells the master what the placement goes by, until it knows.
    private void describe(MasterSession told) {
        told.describe(parts.settings().zone(), weight).onFailure(failure -> {
            LOG.info("the master was not told the size of {}: {}", id, failure.getMessage());
            if (!ended.get()) {
                describe(told);
            }
        });
    }

    private Report report() {
        return NodeReport.of(joined.values(), replicas());
    }

    private Map<ChainId, ReplicaStatus> replicas() {
        return node.map(StorageNode::status).orElse(Map.of());
    }

    /// Called with this life's seat, before the first view of the cluster is taken.
    private void startNode(Member self) {
        if (ended.get()) {
            return;
        }
        StorageNode started = new StorageNode(parts.vertx(), self,
                nodeSettings(parts.settings()), store, parts.links(), this,
                this::leaseUntilNanos);
        node = Optional.of(started);
        parts.nodes().serve(id, started);
        if (ended.get()) {
            end("it ended before it knew of its seat");
            return;
        }
        onSeat.run();
    }

    private static NodeSettings nodeSettings(ServerSettings from) {
        return new NodeSettings(ReplicaSettings.defaults(from.effectiveMinWriteReplicas()),
                ScrubSettings.DEFAULTS.withRate((long) from.scrubMibPerSecond() << 20),
                (long) from.copyMibPerSecond() << 20);
    }

    private long leaseUntilNanos() {
        return ended.get() ? System.nanoTime() - 1
                : session.map(MasterSession::leaseUntilNanos).orElse(Long.MIN_VALUE);
    }

    boolean hasLease() {
        return !ended.get() && session.filter(s -> s.hasLease(System.nanoTime())).isPresent();
    }

    DiskStore store() {
        return store;
    }

    long copiedBytes() {
        return node.map(StorageNode::copiedBytes).orElse(0L);
    }

    Optional<ScrubStatus> scrubStatus() {
        return node.map(StorageNode::scrubStatus);
    }

    /// Serves nothing from now on, and tells the master, so that nobody waits for the lease to run
    /// out; still passes updates on. Complete when the master knows, or cannot be told.
    Future<Void> giveBack() {
        ended.set(true);
        node.ifPresent(StorageNode::pauseScrub);
        return session.map(MasterSession::giveBack).orElse(Future.succeededFuture());
    }

    /// As [#giveBack], but nothing goes on: the disk failed. Does not wait for the disk.
    Future<Void> end(String reason) {
        store.fail(reason);
        ended.set(true);
        node.ifPresent(started -> {
            parts.nodes().remove(id, started);
            started.end(reason);
        });
        return giveBack().onComplete(_ -> session.ifPresent(this::forget));
    }

    private void forget(MasterSession former) {
        parts.sessions().remove(former);
        former.close();
    }

    /// Closes the disk, on the calling thread: waits for what runs on it.
    void close() {
        store.close();
        node.ifPresent(StorageNode::close);
    }

    // --- the master

    @Override
    public Future<Void> onView(ClusterView view) {
        parts.sessions().viewed(view);
        try {
            return node.map(started -> started.configurations(view.chains().values()))
                    .orElse(Future.succeededFuture());
        } catch (StoreException e) {
            onFailure.accept(e.getMessage());
            return Future.failedFuture(e);
        }
    }

    @Override
    public void onStandDown(List<ChainEpoch> seats) {
        LOG.warn("the master goes on without {} in {}", id, seats);
        node.ifPresent(started ->
                seats.forEach(seat -> started.standDown(seat.chain(), seat.epoch())));
    }

    @Override
    public void onFenced(String reason) {
        if (!ended.get()) {
            parts.end().now(id + " is fenced by the master (" + reason + ")", null);
        }
    }

    // --- the storage node

    @Override
    public void joined(ChainId chain, Epoch epoch, Member joining) {
        joined.put(chain, new JoiningWhole(chain, epoch, joining));
    }

    @Override
    public void diskFailed(String reason) {
        if (!ended.get()) {
            onFailure.accept(reason);
        }
    }

    @Override
    public void invariantViolated(ChainId chain, RuntimeException violation) {
        parts.end().now("chain " + chain + " of " + id + " violates an invariant", violation);
    }
}
