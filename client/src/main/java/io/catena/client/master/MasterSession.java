package io.catena.client.master;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.message.MovesPlan;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import io.catena.protocol.wire.ClusterWire;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This server's standing with the master: registers once, keeps the lease by heartbeats, publishes
/// the cluster's state, passes administrative calls on. It finds the leader itself, also when that
/// is this very server. [#view], [#hasLease] and the calls may be used from any thread; everything
/// else happens on one context.
public final class MasterSession {
    private static final Logger LOG = LoggerFactory.getLogger(MasterSession.class);

    /// A registration may be repeated, so it is not waited for long: so many heartbeats.
    private static final int REGISTER_HEARTBEATS = 5;

    private enum Phase { REGISTERING, HEARTBEATING, ENDED }

    private final Vertx vertx;
    private final Context context;
    private final SessionSettings settings;
    private final Supplier<MasterMessage.Report> report;
    private final List<SessionListener> listeners;
    private final LeaderLink link;
    private final long processToken = new SecureRandom().nextLong();
    private final Promise<Member> registered = Promise.promise();
    private final long timer;
    private Phase phase = Phase.REGISTERING;
    private boolean asking;
    private int calls;
    /// Complete when the last view that was published is acted on everywhere in this server.
    private Future<Void> adopted = Future.succeededFuture();
    private long adoptedVersion;
    private volatile ClusterView view = ClusterView.EMPTY;
    private volatile long leaseUntilNanos = System.nanoTime();
    private volatile boolean ended;

    private MasterSession(
            Vertx vertx, SessionSettings settings, FrameClient client,
            Supplier<MasterMessage.Report> report, List<SessionListener> listeners) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.report = report;
        this.listeners = List.copyOf(listeners);
        this.link = new LeaderLink(
                vertx, context, client, settings, new Pushes(), this::onTick);
        this.timer = vertx.setPeriodic(settings.heartbeatMillis(),
                _ -> context.runOnContext(_ -> onTick()));
    }

    /// Starts to look for the leader. The session lives on the caller's context, or on a new one.
    ///
    /// @param report what this server's replicas have to say; asked before each heartbeat, on the
    ///     session's context
    public static MasterSession start(
            Vertx vertx, SessionSettings settings, FrameClient client,
            Supplier<MasterMessage.Report> report, List<SessionListener> listeners) {
        MasterSession session = new MasterSession(vertx, settings, client, report, listeners);
        session.context.runOnContext(_ -> session.onTick());
        return session;
    }

    /// Complete when this process has its incarnation.
    public Future<Member> registered() {
        return registered.future();
    }

    /// The latest state that the master told of.
    public ClusterView view() {
        return view;
    }

    /// Until when this server may serve, on [System#nanoTime]; may be over.
    public long leaseUntilNanos() {
        return leaseUntilNanos;
    }

    /// Whether this server may serve at `nowNanos`, taken from [System#nanoTime] **after** what is
    /// to be served was read.
    public boolean hasLease(long nowNanos) {
        return !ended && leaseUntilNanos - nowNanos > 0;
    }

    /// Whether what [#view] said may be served at this level at `nowNanos`, taken as for
    /// [#hasLease]. Below strong it may be that the cluster has gone on without this server.
    public boolean mayServe(ReadLevel level, long nowNanos) {
        boolean known = !ended && view != ClusterView.EMPTY;
        return switch (level) {
            case ReadLevel.Strong _ -> hasLease(nowNanos);
            case ReadLevel.Eventual _ -> known;
            case ReadLevel.Bounded bounded -> known && nowNanos - leaseUntilNanos
                    <= bounded.staleMillisMax() * 1_000_000L;
        };
    }

    private void onTick() {
        if (asking) {
            return;
        }
        switch (phase) {
            case REGISTERING -> ask(new MasterMessage.Register(settings.node(),
                    settings.host(), settings.port(), settings.diskIdentity(), processToken,
                    settings.partialChains()),
                    REGISTER_HEARTBEATS * (long) settings.heartbeatMillis());
            case HEARTBEATING -> ask(new MasterMessage.Heartbeat(registered.future().result(),
                    System.nanoTime(), adoptedVersion, report.get()),
                    2L * settings.heartbeatMillis());
            case ENDED -> { }
        }
    }

    private void ask(MasterMessage message, long timeoutMillis) {
        asking = true;
        link.ask(message, timeoutMillis).onComplete(done -> {
            asking = false;
            if (done.succeeded() && phase != Phase.ENDED) {
                onReply(done.result());
            }
        });
    }

    private void onReply(MasterReply reply) {
        switch (reply) {
            case MasterReply.Registered r -> onRegistered(r);
            case MasterReply.Granted r -> onGranted(r);
            case MasterReply.Withheld r -> {
                LOG.info("no lease now: {}", r.reason());
                onUpdate(r.update());
            }
            case MasterReply.Fenced r -> onFenced(r.reason());
            case MasterReply.Unavailable r -> LOG.info("the master: {}", r.reason());
            case MasterReply.NotLeader _ -> { } // The link goes on to another voter.
            case MasterReply.BucketCreated _, MasterReply.BucketExists _,
                    MasterReply.NoSuchBucket _, MasterReply.OtherShards _, MasterReply.Done _,
                    MasterReply.OfTrust _, MasterReply.AccountRefused _,
                    MasterReply.Refused _, MasterReply.Moves _ ->
                    LOG.error("unexpected answer of the master: {}", reply);
        }
    }

    private void onRegistered(MasterReply.Registered reply) {
        if (phase != Phase.REGISTERING) {
            return;
        }
        LOG.info("registered as {}", reply.member());
        phase = Phase.HEARTBEATING;
        registered.complete(reply.member());
        onUpdate(reply.update());
        onTick();
    }

    /// The lease runs from the sending of the heartbeat, on this clock; it is used when everything
    /// here acts on what came with it.
    private void onGranted(MasterReply.Granted grant) {
        onUpdate(grant.update());
        if (!view.reaches(grant.update())) {
            return;
        }
        long untilNanos = grant.stampNanos() + grant.leaseMillis() * 1_000_000L;
        adopted.onSuccess(_ -> context.runOnContext(_ -> {
            if (!grant.standDown().isEmpty()) {
                listeners.forEach(listener -> listener.onStandDown(grant.standDown()));
            }
            extendLease(untilNanos);
        }));
    }

    private void extendLease(long untilNanos) {
        if (untilNanos - leaseUntilNanos > 0) {
            leaseUntilNanos = untilNanos;
        }
    }

    private void onUpdate(ClusterUpdate update) {
        ClusterView former = view;
        if (!former.reaches(update)) {
            return; // Something was lost in between: the next heartbeat's answer brings it.
        }
        ClusterView next = former.apply(update);
        if (next == former) {
            return;
        }
        view = next;
        List<Future<Void>> adopting = new ArrayList<>();
        adopting.add(adopted);
        listeners.forEach(listener -> adopting.add(listener.onView(next)));
        adopted = Future.all(adopting).mapEmpty();
        adopted.onComplete(done -> context.runOnContext(_ -> onAdopted(next, done.cause())));
    }

    private void onAdopted(ClusterView next, Throwable failure) {
        if (failure != null) {
            LOG.error("{} could not be adopted: no lease from now on", next, failure);
            return;
        }
        adoptedVersion = Math.max(adoptedVersion, next.version());
        if (phase == Phase.HEARTBEATING) {
            link.tell(MasterWire.SEEN_KIND, MasterWire.encode(
                    new MasterWire.Seen(registered.future().result(), adoptedVersion)));
        }
    }

    private void onFenced(String reason) {
        LOG.error("the master grants this process nothing any more: {}", reason);
        end();
        registered.tryFail(new MasterUnavailable(reason));
        listeners.forEach(listener -> listener.onFenced(reason));
    }

    /// A bucket's record.
    ///
    /// @param created false: it was there before, perhaps from a former attempt of the same caller,
    ///     then in state CREATING with the same owner
    public record BucketOutcome(BucketRecord bucket, boolean created) {}

    /// Makes the record of a bucket; the caller opens its shard, then calls [#activateBucket].
    /// Fails with [AccountRefused] when there is no such owner.
    public Future<BucketOutcome> createBucket(String name, String ownerId) {
        return call(new MasterMessage.CreateBucket(name, ownerId)).map(reply -> switch (reply) {
            case MasterReply.BucketCreated r -> new BucketOutcome(r.bucket(), true);
            case MasterReply.BucketExists r -> new BucketOutcome(r.bucket(), false);
            case MasterReply.AccountRefused r -> throw new AccountRefused(r.refusal());
            case MasterReply.Done _, MasterReply.NoSuchBucket _, MasterReply.OtherShards _,
                    MasterReply.Registered _, MasterReply.OfTrust _,
                    MasterReply.Refused _, MasterReply.Moves _,
                    MasterReply.Granted _, MasterReply.Withheld _, MasterReply.Fenced _,
                    MasterReply.NotLeader _, MasterReply.Unavailable _ -> throw unexpected(reply);
        });
    }

    /// Makes a bucket visible; complete when every gateway sees it. False: there is none.
    public Future<Boolean> activateBucket(long id) {
        return call(new MasterMessage.ActivateBucket(id)).map(MasterSession::wasThere);
    }

    /// Removes the record of a bucket; complete when no gateway sees it, or when there was none.
    /// False: it has other shards than the caller has closed.
    public Future<Boolean> removeBucket(long id, List<ShardRecord> closed) {
        return call(new MasterMessage.RemoveBucket(id, closed)).map(reply ->
                switch (reply) {
                    case MasterReply.OtherShards _ -> false;
                    case MasterReply.Done _, MasterReply.NoSuchBucket _ -> true;
                    case MasterReply.BucketCreated _, MasterReply.BucketExists _,
                            MasterReply.AccountRefused _, MasterReply.Registered _,
                            MasterReply.Granted _, MasterReply.OfTrust _,
                            MasterReply.Withheld _, MasterReply.Fenced _,
                            MasterReply.NotLeader _, MasterReply.Unavailable _,
                            MasterReply.Refused _, MasterReply.Moves _ ->
                            throw unexpected(reply);
                });
    }

    /// Takes one step of a bucket's map; complete when every gateway acts on it. False: the bucket
    /// is gone, its map is another one, or too many shards move.
    public Future<Boolean> changeShard(
            long bucketId, ShardRecord before, List<ShardRecord> after) {
        return call(new MasterMessage.ChangeShard(bucketId, before, after)).map(reply ->
                !(reply instanceof MasterReply.OtherShards) && wasThere(reply));
    }

    /// Says whether a bucket keeps versions; complete when every gateway acts on it. False: the
    /// bucket is gone, or has other shards than these.
    public Future<Boolean> setVersioning(
            long bucketId, BucketVersioning versioning, List<ShardRecord> shards) {
        return call(new MasterMessage.SetVersioning(bucketId, versioning, shards)).map(reply ->
                !(reply instanceof MasterReply.OtherShards) && wasThere(reply));
    }

    /// Changes users or access keys; complete when every gateway acts on it. Fails with
    /// [AccountRefused].
    public Future<Void> changeAccounts(AccountChange change) {
        return call(new MasterMessage.ChangeAccounts(change)).map(reply -> {
            if (reply instanceof MasterReply.AccountRefused(AccountRefusal refusal)) {
                throw new AccountRefused(refusal);
            }
            return wasThere(reply);
        }).mapEmpty();
    }

    /// A token with which one server may join, for so long.
    public Future<JoinToken> createJoinToken(long ttlMillis) {
        return ofTrust(new TrustMessage.CreateJoinToken(ttlMillis)).map(reply -> switch (reply) {
            case TrustReply.TokenMade r -> r.token();
            case TrustReply.Certified _, TrustReply.Done _, TrustReply.Refused _ ->
                    throw refused(reply);
        });
    }

    /// A new certificate for this server, and the authority's behind it, as PEM text.
    ///
    /// @param certificateRequest PKCS#10
    /// @param names that it shall cover
    public Future<String> renewCertificate(Bytes certificateRequest, List<String> names) {
        return ofTrust(new TrustMessage.RenewCertificate(certificateRequest, names))
                .map(reply -> switch (reply) {
                    case TrustReply.Certified r -> r.certificatePem();
                    case TrustReply.TokenMade _, TrustReply.Done _, TrustReply.Refused _ ->
                            throw refused(reply);
                });
    }

    /// Takes a server out of the cluster for good; complete when nobody talks to it any more.
    public Future<Void> removeServer(int server) {
        return ofTrust(new TrustMessage.RemoveServer(server)).map(reply -> switch (reply) {
            case TrustReply.Done _ -> null;
            case TrustReply.TokenMade _, TrustReply.Certified _, TrustReply.Refused _ ->
                    throw refused(reply);
        });
    }

    private Future<TrustReply> ofTrust(TrustMessage message) {
        return call(new MasterMessage.OfTrust(message)).map(reply -> {
            if (reply instanceof MasterReply.OfTrust(TrustReply answer)) {
                return answer;
            }
            throw unexpected(reply);
        });
    }

    private static MasterRefused refused(TrustReply reply) {
        return new MasterRefused(reply instanceof TrustReply.Refused(String reason)
                ? reason : "unexpected answer of the master: " + reply);
    }

    private static boolean wasThere(MasterReply reply) {
        return switch (reply) {
            case MasterReply.Done _ -> true;
            case MasterReply.NoSuchBucket _ -> false;
            case MasterReply.BucketCreated _, MasterReply.BucketExists _,
                    MasterReply.OtherShards _, MasterReply.AccountRefused _,
                    MasterReply.Registered _, MasterReply.Granted _, MasterReply.Withheld _,
                    MasterReply.OfTrust _, MasterReply.Refused _, MasterReply.Moves _,
                    MasterReply.Fenced _, MasterReply.NotLeader _, MasterReply.Unavailable _ ->
                    throw unexpected(reply);
        };
    }

    /// Tells the master of this session's disk.
    ///
    /// @param zone label of this server, or empty
    /// @param weight capacity in GiB, at least 1
    public Future<Void> describe(String zone, long weight) {
        return call(new MasterMessage.DescribeNode(settings.node(), zone, weight))
                .map(MasterSession::wasThere).mapEmpty();
    }

    /// Gives nodes another duty. DRAINING moves all their seats away, and is complete when the
    /// master has begun to see to it: how far it is says [#rebalanceStatus]. CORDONED gives them no
    /// further seats, and pauses a drain; ACTIVE cancels it. REMOVED is for all nodes of a server,
    /// which are drained. Fails with [MasterRefused] when it cannot be.
    public Future<Void> changeDuty(List<NodeId> nodes, NodePlacing.Duty duty) {
        return call(new MasterMessage.ChangeDuty(nodes, duty))
                .map(MasterSession::wasThere).mapEmpty();
    }

    /// What draining these nodes would move, as things are now; changes nothing.
    public Future<MovesPlan> previewDrain(List<NodeId> nodes) {
        return call(new MasterMessage.PreviewDrain(nodes)).map(MasterSession::plan);
    }

    /// What is still to be moved, what moves, and what it waits for.
    public Future<MovesPlan> rebalanceStatus() {
        return call(new MasterMessage.AskBalance()).map(MasterSession::plan);
    }

    private static MovesPlan plan(MasterReply reply) {
        if (reply instanceof MasterReply.Moves(MovesPlan plan)) {
            return plan;
        }
        throw unexpected(reply);
    }

    private static IllegalStateException unexpected(MasterReply reply) {
        return new IllegalStateException("unexpected answer of the master: " + reply);
    }

    /// Asks until there is an answer or the time is over; fails with [MasterUnavailable].
    private Future<MasterReply> call(MasterMessage message) {
        Promise<MasterReply> promise = Promise.promise();
        long deadlineNanos = System.nanoTime() + settings.callMillis() * 1_000_000L;
        context.runOnContext(_ -> {
            if (calls >= SessionSettings.CALLS_MAX) {
                promise.fail(new MasterUnavailable(calls + " calls wait for the master"));
                return;
            }
            calls++;
            promise.future().onComplete(_ -> calls--);
            attempt(message, deadlineNanos, promise);
        });
        return promise.future();
    }

    private void attempt(
            MasterMessage message, long deadlineNanos, Promise<MasterReply> promise) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
            promise.fail(new MasterUnavailable("no answer of a master leader in time"));
            return;
        }
        link.ask(message, leftMillis).onComplete(done -> {
            boolean again = done.failed() || done.result() instanceof MasterReply.NotLeader
                    || done.result() instanceof MasterReply.Unavailable;
            if (done.succeeded() && done.result() instanceof MasterReply.Refused(String why)) {
                promise.fail(new MasterRefused(why));
            } else if (again) {
                vertx.setTimer(SessionSettings.RETRY_MILLIS_MAX, _ -> context.runOnContext(
                        _ -> attempt(message, deadlineNanos, promise)));
            } else {
                promise.complete(done.result());
            }
        });
    }

    /// Serves nothing from this moment on, and tells the master so that nobody waits for the lease
    /// to run out. Complete when the master knows, or cannot be told.
    public Future<Void> giveBack() {
        Promise<Void> told = Promise.promise();
        ended = true;
        context.runOnContext(_ -> {
            boolean heartbeating = phase == Phase.HEARTBEATING;
            end();
            if (heartbeating) {
                link.ask(new MasterMessage.GiveBack(registered.future().result()),
                        2L * settings.heartbeatMillis()).onComplete(_ -> told.complete());
            } else {
                told.complete();
            }
        });
        return told.future();
    }

    private void end() {
        ended = true;
        phase = Phase.ENDED;
        vertx.cancelTimer(timer);
    }

    /// Ends the session at once; the master finds out when the lease is over.
    public void close() {
        ended = true;
        context.runOnContext(_ -> {
            end();
            link.close();
        });
    }

    private final class Pushes implements FrameHandler {
        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            if (kind != MasterWire.PUSH_KIND) {
                throw new FrameException.Refused("message of kind " + kind);
            }
            ClusterUpdate update = ClusterWire.decodeUpdate(payload.getBytes());
            context.runOnContext(_ -> onUpdate(update));
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return Future.failedFuture(new FrameException.Refused("request of kind " + kind));
        }
    }
}
