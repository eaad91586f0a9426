package io.catena.chain.node;

import io.catena.chain.link.BodyAnswer;
import io.catena.chain.link.ChainLink;
import io.catena.chain.link.LinkListener;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.DiskStore;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.DigestMessage;
import io.catena.protocol.message.Envelope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// The chain replicas on one disk, for one life of the disk as a node: gives each its event loop,
/// brings it what the master, the clients and the other nodes say, and shows their status. Every
/// method may be called from any thread. Threads that may block in the disk are its own, so that a
/// disk that hangs stops nobody else.
public final class StorageNode implements LinkListener {
    private static final int DISK_THREADS = 8;
    private static final long SWEEP_MILLIS = 1_000;
    /// How often the disk is asked for its room. What can be written meanwhile is far less than the
    /// reserve.
    private static final long ROOM_MILLIS = 250;
    /// Every so many such questions it must make something durable: every five seconds.
    private static final int PROBE_EVERY = 20;
    /// A disk that does not end a call within this hangs: no disk that works takes so long.
    private static final long BUSY_NANOS_MAX = 10_000_000_000L;

    private final Vertx vertx;
    private final Member self;
    private final NodeSettings settings;
    private final DiskStore store;
    private final ChainLink links;
    private final NodeListener listener;
    private final WorkerExecutor disk;
    /// Asks the disk for its room: must not wait behind the others.
    private final WorkerExecutor watcher;
    private final Bodies bodies;
    private final CopyBudget budget;
    private final Scrubber scrubber;
    private final ConcurrentSkipListMap<ChainId, ChainHost> hosts = new ConcurrentSkipListMap<>();
    private final LongSupplier leaseUntilNanos;
    /// The disk is asked for its room: one question at a time.
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile long askedNanos;
    /// Counted on the watcher's thread.
    private long questions;
    private final long sweepTimer;
    private final long watchTimer;
    /// Why it serves nothing any more.
    private volatile Optional<String> ended = Optional.empty();

    /// @param self this life's seat: the node and the incarnation that the master gave it
    /// @param leaseUntilNanos the lease from the master, by `System.nanoTime`; in the past when it
    ///     was given back; asked at each step
    public StorageNode(Vertx vertx, Member self, NodeSettings settings, DiskStore store,
            ChainLink links, NodeListener listener, LongSupplier leaseUntilNanos) {
        this.vertx = vertx;
        this.self = self;
        this.settings = settings;
        this.store = store;
        this.links = links;
        this.listener = listener;
        this.leaseUntilNanos = leaseUntilNanos;
        this.disk = vertx.createSharedWorkerExecutor("catena-disk-" + self, DISK_THREADS);
        this.watcher = vertx.createSharedWorkerExecutor("catena-watch-" + self, 1);
        this.bodies = new Bodies(vertx, disk, store.bodies(), links);
        this.scrubber = new Scrubber(vertx, self, store, links, this::status,
                listener::diskFailed, settings.scrub());
        this.budget = new CopyBudget(settings.copyBytesPerSecondMax(), System.nanoTime());
        this.sweepTimer = vertx.setPeriodic(SWEEP_MILLIS, _ -> store.sweep());
        this.watchTimer = vertx.setPeriodic(ROOM_MILLIS, _ -> watch());
    }

    /// Whether the disk moves at all, takes writes, and has room.
    private void watch() {
        Optional<String> failed = store.failure();
        if (failed.isPresent()) {
            listener.diskFailed(failed.get());
        } else if (store.busyNanos() > BUSY_NANOS_MAX) {
            listener.diskFailed("a call or a flush has taken more than 10 s");
        } else if (asking.get() && System.nanoTime() - askedNanos > BUSY_NANOS_MAX) {
            listener.diskFailed("it did not take a probe, or tell its room, within 10 s");
        } else if (asking.compareAndSet(false, true)) {
            askedNanos = System.nanoTime();
            watcher.executeBlocking(this::probe, false)
                    .onComplete(this::room, failure -> listener.diskFailed(failure.toString()));
        }
    }

    /// Whether it has room; now and then also whether it takes a write at all.
    private boolean probe() {
        if (questions++ % PROBE_EVERY == 0) {
            store.probe();
        }
        return store.hasRoom();
    }

    private void room(boolean room) {
        asking.set(false);
        hosts.values().forEach(host -> host.room(room));
    }

    /// Takes configurations as the master makes them; those that do not concern this node pass by.
    ///
    /// @return complete when every replica here acts on them
    public Future<Void> configurations(Collection<ChainConfiguration> configurations) {
        List<Future<Void>> adopting = new ArrayList<>();
        if (ended.isPresent()) {
            return Future.succeededFuture();
        }
        for (ChainConfiguration configuration : configurations) {
            boolean seated = configuration.includes(self);
            ChainHost host = seated
                    ? hosts.computeIfAbsent(configuration.chain(), this::host)
                    : hosts.get(configuration.chain());
            if (host != null) {
                adopting.add(host.configure(configuration));
                ended.ifPresent(host::end); // It may have ended before it knew of this host.
            }
        }
        return Future.all(adopting).mapEmpty();
    }

    private ChainHost host(ChainId chain) {
        ChainHost host = new ChainHost(chain, self, settings.replica(), store.chain(chain), bodies,
                budget, links, disk, listener, leaseUntilNanos);
        host.deployed(vertx.deployVerticle(host));
        return host;
    }

    /// The replica of this chain serves nothing more in this epoch, whatever the lease; its status
    /// tells when that holds.
    public void standDown(ChainId chain, Epoch epoch) {
        ChainHost host = hosts.get(chain);
        if (host != null) {
            host.standDown(epoch);
        }
    }

    @Override
    public void linkUp(NodeId node) {
        hosts.values().forEach(host -> host.linkUp(node));
    }

    /// An envelope from another node.
    public void receive(Envelope envelope) {
        ChainHost host = hosts.get(envelope.chain());
        if (host != null) {
            host.receive(envelope);
        }
    }

    /// A client's request.
    public Future<ClientReply> ask(ClientMessage message) {
        ChainHost host = hosts.get(message.chain());
        return host != null && ended.isEmpty() ? host.ask(message)
                : Future.succeededFuture(new ClientReply.AskAnother(Epoch.NONE, "no replica here"));
    }

    /// A body's bytes, from or for a client or another node.
    public Future<BodyAnswer> body(BodyMessage message, Buffer bytes) {
        if (ended.isPresent()) {
            return Future.succeededFuture(BodyAnswer.of(new BodyReply.Invalid(ended.get())));
        }
        return switch (message) {
            case BodyMessage.Stage chunk -> Optional.ofNullable(hosts.get(chunk.chain()))
                    .map(host -> host.takes(chunk) ? bodies.stage(chunk, bytes, host.successor())
                            : Future.succeededFuture(BodyAnswer.of(new BodyReply.NoSpace())))
                    .orElseGet(() -> Future.succeededFuture(
                            BodyAnswer.of(new BodyReply.Invalid("no replica here"))));
            case BodyMessage.Discard discard -> bodies.discard(discard);
            case BodyMessage.Read read -> bodies.read(read);
        };
    }

    /// What a replica's index held at a position.
    public DigestMessage.Answer digest(DigestMessage.Question question) {
        return new DigestMessage.Answer(
                ended.isEmpty() && hosts.containsKey(question.chain())
                ? store.chain(question.chain()).digest(question.seq()) : Optional.empty());
    }

    /// Of bodies, taken from other replicas to fill the ones here.
    public long copiedBytes() {
        return budget.takenBytes();
    }

    public ScrubStatus scrubStatus() {
        return scrubber.status();
    }

    /// Starts a cycle of the scrub now, unless one runs.
    public void startScrub() {
        scrubber.start();
    }

    public void pauseScrub() {
        scrubber.pause();
    }

    public void resumeScrub() {
        scrubber.resume();
    }

    /// The disk failed: nothing is served from now on, what waits is answered, and nothing new goes
    /// to the disk. Does not wait for it.
    public void end(String reason) {
        ended = Optional.of(reason);
        vertx.cancelTimer(sweepTimer);
        vertx.cancelTimer(watchTimer);
        scrubber.end();
        hosts.values().forEach(host -> host.end(reason));
    }

    /// Ends the threads of the disk, after [#end] and after its store has closed.
    public void close() {
        disk.close();
        watcher.close();
        scrubber.close();
    }

    /// Every replica of this node, by chain; none after [#end].
    public Map<ChainId, ReplicaStatus> status() {
        Map<ChainId, ReplicaStatus> status = new TreeMap<>();
        if (ended.isEmpty()) {
            hosts.forEach((chain, host) -> status.put(chain, host.status()));
        }
        return status;
    }
}
