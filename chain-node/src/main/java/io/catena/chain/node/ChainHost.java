package io.catena.chain.node;

import io.catena.chain.link.ChainLink;
import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.Replica;
import io.catena.chain.replica.ReplicaSettings;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.ChainStore;
import io.catena.chain.store.StoreException;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.invariant.InvariantViolation;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One chain's replica with its event loop: feeds it what happens and carries out what it wants.
/// The replica is only ever touched on this verticle's context; every public method may be called
/// from any thread.
///
/// An update that names bodies is held back until they are here, and what its sender says behind it
/// with it, so that a flush of the update is a flush of its bodies.
final class ChainHost extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ChainHost.class);
    private static final long TICK_MILLIS = 10;
    private static final long REFETCH_MILLIS = 50;
    private static final int FETCHES_AT_ONCE = 8;
    private static final long LACKING_NANOS = 5_000_000_000L;
    /// How often a member looks for damaged bodies.
    private static final int REPAIR_TICKS = 50;

    private final ChainId chain;
    private final Member self;
    private final ChainStore store;
    private final Bodies bodies;
    private final CopyBudget budget;
    private final ChainLink links;
    private final WorkerExecutor disk;
    private final NodeListener listener;
    private final LongSupplier leaseUntilNanos;
    private final Replica replica;

    private final Map<Long, Promise<ClientReply>> tickets = new HashMap<>();
    private final ArrayDeque<Envelope> held = new ArrayDeque<>();
    private boolean obtaining;
    private boolean filling;
    private boolean room = true;
    private long lackingNanos = System.nanoTime() - LACKING_NANOS;
    private long repairTicks;
    private boolean stopped;
    private long nextTicket;
    private long toldLeaseNanos = Long.MIN_VALUE;
    private volatile ReplicaStatus status;
    private final Promise<Context> started = Promise.promise();
    private volatile Context loop;
    private volatile Future<String> deployment = Future.failedFuture("not deployed");

    ChainHost(ChainId chain, Member self, ReplicaSettings settings, ChainStore store, Bodies bodies,
            CopyBudget budget, ChainLink links, WorkerExecutor disk, NodeListener listener,
            LongSupplier leaseUntilNanos) {
        this.chain = chain;
        this.self = self;
        this.store = store;
        this.bodies = bodies;
        this.budget = budget;
        this.links = links;
        this.disk = disk;
        this.listener = listener;
        this.leaseUntilNanos = leaseUntilNanos;
        this.replica = new Replica(self, chain, settings, store.recovered());
        this.status = replica.status();
    }

    @Override
    public Future<?> start() {
        started.complete(context);
        loop = context;
        vertx.setPeriodic(TICK_MILLIS, _ -> step(new Input.Tick()));
        return Future.succeededFuture();
    }

    /// Runs on the replica's event loop, in the order of the calls; waits for it before the start.
    private void run(Runnable action) {
        Context running = loop;
        if (running != null) {
            running.runOnContext(_ -> action.run());
        } else {
            started.future().onSuccess(c -> c.runOnContext(_ -> action.run()));
        }
    }

    ReplicaStatus status() {
        return status;
    }

    Epoch epoch() {
        return status.configuration().map(ChainConfiguration::epoch).orElse(Epoch.NONE);
    }

    /// A head takes no new body when a disk of the chain is full; what it took, the others take
    /// from their reserve.
    boolean takes(BodyMessage.Stage chunk) {
        ReplicaStatus now = status;
        boolean head = now.role() == ReplicaStatus.Role.HEAD
                || now.role() == ReplicaStatus.Role.SOLE;
        return now.room() || !head || chunk.offsetBytes() > 0;
    }

    /// Whom this replica forwards to.
    Optional<NodeId> successor() {
        return status.configuration().flatMap(c -> c.successor(self)).map(Member::node);
    }

    /// Completes when the replica has adopted it.
    Future<Void> configure(ChainConfiguration configuration) {
        Promise<Void> adopted = Promise.promise();
        run(() -> {
            if (configuration.epoch().compareTo(epoch()) > 0) {
                LOG.info("{} {}: {}", chain, self, configuration);
                held.clear();
                step(new Input.Configured(configuration));
            }
            adopted.complete();
        });
        return adopted.future();
    }

    /// The replica serves nothing more in this epoch; [#status] tells when.
    void standDown(Epoch epoch) {
        feed(new Input.StandDown(epoch));
    }

    /// Whether the disk has room for what clients put.
    void room(boolean now) {
        run(() -> {
            if (now != room) {
                room = now;
                LOG.warn("{} {}: the disk {}", chain, self,
                        now ? "has room again" : "is full: nothing more is put");
                step(new Input.Room(now));
            }
        });
    }

    /// A connection to the server of `node` stands.
    void linkUp(NodeId node) {
        run(() -> status.configuration().ifPresent(c -> c.path().stream()
                .filter(member -> member.node().sharesServer(node))
                .forEach(member -> step(new Input.LinkUp(member)))));
    }

    void deployed(Future<String> asVerticle) {
        deployment = asVerticle;
    }

    /// The disk failed: the replica refuses everything, and whoever waits is answered.
    void end(String reason) {
        run(() -> {
            step(new Input.DiskFailed(reason));
            stopped = true;
            held.clear();
            List.copyOf(tickets.keySet()).forEach(ticket ->
                    reply(ticket, new ClientReply.Unknown(reason)));
            deployment.onSuccess(id -> vertx.undeploy(id));
        });
    }

    // --- clients

    /// Asks the replica; answers on the caller's context.
    Future<ClientReply> ask(ClientMessage message) {
        Promise<ClientReply> promise = Promise.promise();
        List<BodyRef> refs = message instanceof ClientMessage.Write write
                ? refs(write.mutations()) : List.of();
        run(() -> {
            if (refs.isEmpty()) {
                admit(message, promise);
            } else {
                bodies.hold(chain, refs).onComplete(
                        here -> admitIfHeld(here, message, promise), promise::fail);
            }
        });
        return promise.future();
    }

    private void admitIfHeld(boolean here, ClientMessage message, Promise<ClientReply> promise) {
        if (here) {
            admit(message, promise);
        } else {
            promise.complete(new ClientReply.Invalid("a body is not staged here"));
        }
    }

    private void admit(ClientMessage message, Promise<ClientReply> promise) {
        if (stopped) {
            promise.complete(new ClientReply.AskAnother(Epoch.NONE, "the replica has ended"));
            return;
        }
        long ticket = nextTicket++;
        tickets.put(ticket, promise);
        step(new Input.Asked(ticket, message));
    }

    // --- other replicas

    void receive(Envelope envelope) {
        run(() -> {
            boolean behind = !held.isEmpty() && held.getFirst().from().equals(envelope.from());
            if (behind || envelope.message() instanceof ChainMessage.Append) {
                held.addLast(envelope);
                releaseHeld();
            } else {
                step(new Input.Received(envelope));
            }
        });
    }

    private void releaseHeld() {
        while (!obtaining && !held.isEmpty()) {
            Envelope first = held.getFirst();
            List<BodyRef> refs = first.message() instanceof ChainMessage.Append append
                    ? refs(append.update().mutations()) : List.of();
            boolean counts = first.epoch().equals(epoch());
            if (refs.isEmpty() || !counts) {
                held.removeFirst();
                step(new Input.Received(first));
            } else {
                obtain(first, refs);
            }
        }
    }

    private void obtain(Envelope envelope, List<BodyRef> refs) {
        obtaining = true;
        Future<Boolean> all = Future.succeededFuture(true);
        for (BodyRef ref : refs) {
            all = all.compose(here -> bodies.obtain(chain, ref, envelope.from().node())
                    .map(got -> here && got));
        }
        all.onComplete(here -> run(() -> obtained(envelope, here)), failure -> {
            lacking(envelope, failure.getMessage());
            vertx.setTimer(REFETCH_MILLIS, _ -> {
                obtaining = false;
                releaseHeld();
            });
        });
    }

    private void obtained(Envelope envelope, boolean here) {
        obtaining = false;
        // A body that its sender no longer has belongs to a version that was replaced since: a
        // replica that is being filled learns of that too before it is whole.
        if (held.peekFirst() == envelope && (here || !status.whole())) {
            held.removeFirst();
            step(new Input.Received(envelope));
        } else if (held.peekFirst() == envelope) {
            lacking(envelope, envelope.from() + " has them not");
            obtaining = true;
            vertx.setTimer(REFETCH_MILLIS, _ -> {
                obtaining = false;
                releaseHeld();
            });
            return;
        }
        releaseHeld();
    }

    /// Said once in a while: it is tried again and again.
    private void lacking(Envelope envelope, String reason) {
        long nowNanos = System.nanoTime();
        if (nowNanos - lackingNanos > LACKING_NANOS) {
            lackingNanos = nowNanos;
            LOG.warn("{} {}: bodies of an update from {} are not here yet: {}", chain, self,
                    envelope.from(), reason);
        }
    }

    private static List<BodyRef> refs(List<Mutation> mutations) {
        return mutations.stream()
                .filter(Mutation.Put.class::isInstance).map(Mutation.Put.class::cast)
                .flatMap(put -> put.body().stream()).toList();
    }

    /// Gets bodies that are named here but absent: while the replica is being filled, those that
    /// its copied index names; later those that were found damaged.
    private void fetchMissing() {
        Optional<NodeId> from = filling ? Optional.empty() : filler();
        if (from.isEmpty()) {
            return;
        }
        filling = true;
        bodies.missing(chain, FETCHES_AT_ONCE).compose(refs -> Future.join(refs.stream()
                        .takeWhile(ref -> budget.take(ref.lengthBytes(), System.nanoTime()))
                        .map(ref -> bodies.obtain(chain, ref, from.get())).toList()))
                .onFailure(e -> LOG.info("{}: filling: {}", chain, e.getMessage()))
                .eventually(() -> {
                    filling = false;
                    return Future.succeededFuture();
                });
    }

    /// Whom to ask for bodies now: the query tail while joining; as a member now and then one of
    /// the others, each in turn, since its copy may be damaged too.
    private Optional<NodeId> filler() {
        Optional<ChainConfiguration> configuration = status.configuration();
        if (status.role() == ReplicaStatus.Role.JOINING && !status.whole()) {
            return configuration.map(c -> c.queryTail().node());
        }
        List<Member> others = configuration.filter(c -> c.isMember(self))
                .map(ChainConfiguration::members).orElse(List.of())
                .stream().filter(member -> !member.equals(self)).toList();
        repairTicks++;
        return others.isEmpty() || repairTicks % REPAIR_TICKS != 0 ? Optional.empty()
                : Optional.of(others.get(
                        (int) (repairTicks / REPAIR_TICKS % others.size())).node());
    }

    // --- the replica

    private void feed(Input input) {
        run(() -> step(input));
    }

    private void step(Input input) {
        if (stopped) {
            return;
        }
        try {
            List<Effect> effects = replica.step(input, nowWithLease());
            status = replica.status();
            effects.forEach(this::carryOut);
            if (input instanceof Input.Tick) {
                fetchMissing();
            }
        } catch (InvariantViolation | IllegalStateException violation) {
            stopped = true;
            listener.invariantViolated(chain, violation);
        }
    }

    /// The time of a step, after the replica was told what lease it has.
    private long nowWithLease() {
        long untilNanos = leaseUntilNanos.getAsLong();
        long nowNanos = System.nanoTime();
        if (untilNanos != toldLeaseNanos) {
            toldLeaseNanos = untilNanos;
            replica.step(new Input.Leased(untilNanos), nowNanos).forEach(this::carryOut);
        }
        return nowNanos;
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send send -> links.send(send.envelope());
            case Effect.Reply reply -> reply(reply.ticket(), reply.reply());
            case Effect.ReportJoined joined ->
                    listener.joined(chain, joined.epoch(), joined.joining());
            case Effect.DiskWrite write -> store.write(write, this::written);
            case Effect.DiskRead read -> disk.executeBlocking(() -> store.read(read), false)
                    .onComplete(this::feed, this::readFailed);
        }
    }

    private void reply(long ticket, ClientReply reply) {
        Promise<ClientReply> promise = tickets.remove(ticket);
        if (promise != null) {
            promise.complete(reply);
        }
    }

    private void written(Input done) {
        if (done instanceof Input.DiskFailed failed) {
            listener.diskFailed(failed.reason());
        }
        feed(done);
    }

    private void readFailed(Throwable failure) {
        LOG.error("{}: the disk cannot be read", chain, failure);
        String reason = failure instanceof StoreException
                ? failure.getMessage() : failure.toString();
        listener.diskFailed(reason);
        feed(new Input.DiskFailed(reason));
    }
}
