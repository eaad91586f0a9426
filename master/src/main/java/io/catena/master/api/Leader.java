package io.catena.master.api;

import io.catena.master.chains.ChainPlanner;
import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Leases;
import io.catena.master.cluster.Result;
import io.catena.master.duty.ChainDuty;
import io.catena.master.duty.Heartbeats;
import io.catena.master.raft.ReplicatedState;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameConnection;
import io.catena.transport.Refusals;
import io.catena.transport.Role;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One term of this voter as leader: grants leases, decides changes of chains, carries out what
/// servers ask. Made when the voter has become leader with everything of former terms applied,
/// thrown away when the term ends. On one Vert.x context.
final class Leader {
    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
    /// A heartbeat is never as old as this.
    private static final long LONG_AGO_NANOS = 3_600_000_000_000L;

    private static final String NO_JOINING = "this master has no authority";

    private final Context context;
    private final MasterSettings settings;
    private final ReplicatedState raft;
    private final LongSupplier clockMillis;
    private final long term;
    private final Leases leases;
    private final ChainDuty chains;
    private final Heartbeats heartbeats;
    private final Barriers barriers = new Barriers();
    private final Feeds feeds = new Feeds();
    private final Optional<TrustDuty> trust;
    private long tickedNanos;
    private boolean bootstrapping;
    private boolean growing;
    private int calls;
    /// What was logged last of whom this leader asks to stand down.
    private String asking = "";

    /// @param clockMillis wall clock, for what is shown to people only
    Leader(Context context, MasterSettings settings, ReplicatedState raft, long term,
            LongSupplier clockMillis, long nowNanos) {
        this.context = context;
        this.settings = settings;
        this.raft = raft;
        this.term = term;
        this.clockMillis = clockMillis;
        this.tickedNanos = nowNanos;
        this.leases = new Leases(settings.leaseNanos(), nowNanos);
        this.chains = new ChainDuty(settings.duty(), leases, ChainPlanner::next);
        this.heartbeats = new Heartbeats(settings.duty(), leases, chains);
        this.trust = settings.trust().map(joining -> new TrustDuty(
                context, joining, settings, raft::state, this::submit, clockMillis));
        LOG.info("{} leads term {}", raft, term);
    }

    long term() {
        return term;
    }

    /// What a server asks for one of its nodes, or for its clients.
    Future<MasterReply> onMessage(FrameConnection from, MasterMessage message, long nowNanos) {
        return switch (message) {
            case MasterMessage.Register m -> speaksFor(from, m.node())
                    ? register(m) : wrongRole(from);
            case MasterMessage.Heartbeat m -> speaksFor(from, m.member().node())
                    ? onHeartbeat(from, m, nowNanos) : wrongRole(from);
            case MasterMessage.GiveBack m -> speaksFor(from, m.member().node())
                    ? onGiveBack(m.member(), nowNanos) : wrongRole(from);
            case MasterMessage.CreateBucket m -> call(from, new Command.CreateBucket(
                    m.name(), m.ownerId(), clockMillis.getAsLong()));
            case MasterMessage.ActivateBucket m -> call(from, new Command.ActivateBucket(m.id()));
            case MasterMessage.RemoveBucket m ->
                    call(from, new Command.RemoveBucket(m.id(), m.closed()));
            case MasterMessage.ChangeShard m -> call(from, new Command.ChangeShard(
                    m.bucketId(), m.before(), m.after()));
            case MasterMessage.SetVersioning m -> call(from, new Command.SetVersioning(
                    m.bucketId(), m.versioning(), m.shards()));
            case MasterMessage.ChangeAccounts m ->
                    call(from, new Command.ChangeAccounts(m.change()));
            case MasterMessage.OfTrust m -> ofTrust(from, m.message());
            case MasterMessage.DescribeNode m -> speaksFor(from, m.node())
                    ? call(new Command.DescribeNode(m.node(), m.zone(), m.weight()),
                            MasterReply.Unavailable::new)
                    : wrongRole(from);
            case MasterMessage.ChangeDuty m -> callOrRefuse(from, new Command.ChangeDuty(
                    m.nodes(), m.duty(), chains.replicas(raft.state())));
            case MasterMessage.PreviewDrain m -> preview(m.nodes(), nowNanos);
            case MasterMessage.AskBalance _ -> preview(List.of(), nowNanos);
        };
    }

    private Future<MasterReply> preview(List<NodeId> drained, long nowNanos) {
        ClusterState state = raft.state();
        Optional<NodeId> unknown = drained.stream()
                .filter(node -> state.memberOf(node).isEmpty()).findFirst();
        return reply(unknown.<MasterReply>map(node ->
                        new MasterReply.Refused("there is no node " + node))
                .orElseGet(() -> new MasterReply.Moves(
                        chains.preview(state, drained, nowNanos))));
    }

    private Future<MasterReply> ofTrust(FrameConnection from, TrustMessage message) {
        return trust.map(duty -> duty.onMessage(from.peer(), message).compose(done ->
                        message instanceof TrustMessage.RemoveServer
                                ? everywhere(new MasterReply.OfTrust(done))
                                : reply(new MasterReply.OfTrust(done))))
                .orElseGet(() -> reply(new MasterReply.Unavailable(NO_JOINING)));
    }

    /// A server without a certificate asks to become one of the cluster.
    Future<JoinReply> join(JoinRequest request, String from) {
        return trust.map(duty -> duty.join(request, from)).orElseGet(() ->
                Future.succeededFuture(new JoinReply.Unavailable(NO_JOINING)));
    }

    /// To the log; the answer comes on this leader's context.
    private Future<Result> submit(Command command) {
        Promise<Result> promise = Promise.promise();
        raft.submit(command).onComplete(
                done -> context.runOnContext(_ -> complete(promise, done)));
        return promise.future();
    }

    private static void complete(Promise<Result> promise, AsyncResult<Result> done) {
        if (done.succeeded()) {
            promise.complete(done.result());
        } else {
            promise.fail(done.cause());
        }
    }

    private static boolean speaksFor(FrameConnection from, NodeId node) {
        return from.peer().isServerOf(node) && from.peer().has(Role.NODE);
    }

    private Future<MasterReply> wrongRole(FrameConnection from) {
        settings.trust().ifPresent(joining -> joining.refusals().refuse(
                Refusals.Reason.WRONG_ROLE, from.toString(), "it may not ask this of the master"));
        return reply(new MasterReply.Unavailable(
                "the certificate is of another server, or of none, or of another role"));
    }

    private static Future<MasterReply> reply(MasterReply reply) {
        return Future.succeededFuture(reply);
    }

    private Future<MasterReply> register(MasterMessage.Register message) {
        return submit(new Command.RegisterNode(message.node(), message.host(), message.port(),
                        message.diskIdentity(), message.processToken(), message.partialChains()))
                .map(result -> switch (result) {
                    case Result.Registered r -> new MasterReply.Registered(
                            r.member(), settings.leaseMillis(), raft.state().since(0));
                    case Result.Refused r -> new MasterReply.Fenced(r.reason());
                    case Result.Done _, Result.BucketCreated _, Result.BucketExists _,
                            Result.NoSuchBucket _, Result.OtherShards _,
                            Result.AccountRefused _, Result.OfTrust _ ->
                            throw new IllegalStateException("registration came to " + result);
                });
    }

    private Future<MasterReply> onHeartbeat(
            FrameConnection from, MasterMessage.Heartbeat heartbeat, long nowNanos) {
        Promise<MasterReply> answered = Promise.promise();
        boolean taken = heartbeats.onHeartbeat(
                raft.state(), heartbeat, nowNanos, answered::complete);
        if (taken) {
            feeds.onHeartbeat(heartbeat.member(), from, heartbeat.knownVersion());
            raft.prove(term);
            onProof(nowNanos);
        }
        return answered.future();
    }

    /// Its chains go on without it at once.
    private Future<MasterReply> onGiveBack(Member member, long nowNanos) {
        LOG.info("{} gives its lease back", member);
        leases.end(member);
        changeChains(raft.state(), nowNanos);
        return reply(new MasterReply.Done());
    }

    /// Carries out a command, and answers when it holds everywhere.
    private Future<MasterReply> call(FrameConnection from, Command command) {
        return TrustDuty.mayAdminister(from.peer())
                ? call(command, MasterReply.Unavailable::new) : wrongRole(from);
    }

    /// As [#call], but what is refused now is refused for good.
    private Future<MasterReply> callOrRefuse(FrameConnection from, Command command) {
        return TrustDuty.mayAdminister(from.peer())
                ? call(command, MasterReply.Refused::new) : wrongRole(from);
    }

    private Future<MasterReply> call(Command command, Function<String, MasterReply> refused) {
        if (calls >= MasterSettings.WAITING_MAX) {
            return reply(new MasterReply.Unavailable("too many calls wait"));
        }
        calls++;
        return submit(command).compose(result -> onResult(result, refused))
                .onComplete(_ -> calls--);
    }

    private Future<MasterReply> onResult(
            Result result, Function<String, MasterReply> refused) {
        return switch (result) {
            case Result.Done _ -> everywhere(new MasterReply.Done());
            // Nobody acts on a bucket that is being created: no need to wait.
            case Result.BucketCreated r -> reply(new MasterReply.BucketCreated(r.bucket()));
            case Result.BucketExists r -> everywhere(new MasterReply.BucketExists(r.bucket()));
            case Result.NoSuchBucket _ -> everywhere(new MasterReply.NoSuchBucket());
            case Result.OtherShards _ -> reply(new MasterReply.OtherShards());
            case Result.AccountRefused r -> reply(new MasterReply.AccountRefused(r.refusal()));
            case Result.Refused r -> reply(refused.apply(r.reason()));
            case Result.Registered _, Result.OfTrust _ ->
                    throw new IllegalStateException("a call came to " + result);
        };
    }

    /// A repeated call waits too: its first attempt may have ended before everybody knew.
    private Future<MasterReply> everywhere(MasterReply reply) {
        Future<Boolean> holds = barriers.await(raft.state().version());
        onState(raft.state());
        return holds.map(held -> held ? reply
                : new MasterReply.Unavailable("done, but not yet known everywhere"));
    }

    void onSeen(MasterWire.Seen seen, long nowNanos) {
        feeds.onSeen(seen.member(), seen.version());
        barriers.release(version -> holdsEverywhere(version, nowNanos));
    }

    void onClosed(FrameConnection connection) {
        feeds.onClosed(connection);
    }

    /// The log brought a new state.
    void onState(ClusterState state) {
        chains.onState(state);
        endSuperseded(state);
        feeds.push(state);
    }

    private void endSuperseded(ClusterState state) {
        leases.live(System.nanoTime()).stream()
                .filter(member -> ChainDuty.isSuperseded(state, member)).forEach(leases::end);
    }

    void onTick(long nowNanos) {
        if (nowNanos - tickedNanos > settings.leaseNanos() / 3) {
            LOG.warn("{} stood still for {} ms", raft, (nowNanos - tickedNanos) / 1_000_000);
            leases.hearAgain(nowNanos);
        }
        tickedNanos = nowNanos;
        ClusterState state = raft.state();
        onState(state);
        onProof(nowNanos);
        leases.forgetOver(nowNanos);
        barriers.release(version -> holdsEverywhere(version, nowNanos));
        trust.ifPresent(TrustDuty::onTick);
        bootstrap(state, nowNanos);
        grow(state, nowNanos);
        changeChains(state, nowNanos);
    }

    private void changeChains(ClusterState state, long nowNanos) {
        for (ChainDuty.Planned planned : chains.plan(state, nowNanos)) {
            LOG.info("{} after {}", planned.change(), planned.from());
            Command.ChangeChain change = new Command.ChangeChain(planned.change().next());
            submit(change).onComplete(done -> onChangeEnded(change, done));
        }
        logAsking();
    }

    private void logAsking() {
        String now = chains.asking();
        if (!now.equals(asking) && !now.isEmpty()) {
            LOG.warn(now);
        }
        asking = now;
    }

    private void onChangeEnded(
            Command.ChangeChain change, AsyncResult<Result> ended) {
        if (ended.failed() || ended.result() instanceof Result.Refused) {
            LOG.info("{} was not made: {}", change.next(),
                    ended.failed() ? ended.cause().getMessage() : ended.result());
            chains.onAttemptEnded(change.next().chain());
        }
        onState(raft.state());
    }

    /// Releases the heartbeats that came before this leadership was last proven.
    void onProof(long nowNanos) {
        heartbeats.release(
                raft.state(), raft.confirmedNanos(term, nowNanos, LONG_AGO_NANOS));
    }

    /// Whether everybody who may serve acts on `version` or a later one.
    private boolean holdsEverywhere(long version, long nowNanos) {
        boolean unheard = leases.mayUnknownRun(nowNanos)
                && raft.state().nodes().values().stream()
                        .map(stamped -> leases.of(stamped.value().member(), nowNanos))
                        .anyMatch(Leases.Standing.UNKNOWN::equals);
        List<Member> live = leases.live(nowNanos);
        return !unheard
                && live.stream().allMatch(member -> feeds.seenVersion(member) >= version);
    }

    private void bootstrap(ClusterState state, long nowNanos) {
        if (bootstrapping) {
            return;
        }
        chains.bootstrap(state, nowNanos).ifPresent(create -> {
            bootstrapping = true;
            Future<?> keyed = settings.rootKey()
                    .<Future<?>>map(key -> submit(new Command.ChangeAccounts(
                            new AccountChange.CreateKey(key))))
                    .orElseGet(Future::succeededFuture);
            keyed.compose(_ -> submit(create)).onComplete(done -> {
                bootstrapping = false;
                LOG.info("first chains: {}", done.succeeded() ? done.result() : done.cause());
            });
        });
    }

    private void grow(ClusterState state, long nowNanos) {
        if (!growing) {
            chains.grow(state, nowNanos).ifPresent(more -> {
                growing = true;
                submit(more).onComplete(done -> {
                    growing = false;
                    LOG.info("{}: {}", more, done.succeeded() ? done.result() : done.cause());
                });
            });
        }
    }

    /// The term is over: everybody asks again elsewhere.
    void abandon(Optional<NodeId> leader) {
        LOG.info("{} leads term {} no more", raft, term);
        Invariant.check(calls >= 0, "calls end once");
        heartbeats.abandon(new MasterReply.NotLeader(leader));
        barriers.abandon();
    }
}
