package io.catena.master.api;

import io.catena.master.cluster.ClusterState;
import io.catena.master.raft.ReplicatedState;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Refusals;
import io.catena.transport.Refusals.Reason;
import io.catena.transport.Role;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The master's voter on this server: answers frames of the kinds that [MasterWire#isMasterKind]
/// tells, which the server's own frame handler passes on to it, and does the leader's duties while
/// it leads.
public final class MasterServer implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MasterServer.class);

    private final Vertx vertx;
    private final Context context;
    private final MasterSettings settings;
    private final Refusals refusals;
    private volatile ReplicatedState raft;
    private long timer;
    /// Null while another voter leads, or none.
    private Leader leader;

    private MasterServer(Vertx vertx, MasterSettings settings) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.refusals = settings.trust().map(TrustSettings::refusals).orElseGet(Refusals::new);
    }

    /// Starts the voter with what its directory holds. Its duties run on the caller's context. The
    /// server that passes frames on may listen before or after.
    ///
    /// @param client for connections to the other voters
    public static Future<MasterServer> start(
            Vertx vertx, MasterSettings settings, FrameClient client) {
        MasterServer master = new MasterServer(vertx, settings);
        Callable<ReplicatedState> open =
                () -> ReplicatedState.open(
                        settings.raft(), client, master::onApplied, master::onProof);
        return vertx.executeBlocking(open, false).compose(master::run);
    }

    private Future<MasterServer> run(ReplicatedState opened) {
        Promise<MasterServer> running = Promise.promise();
        context.runOnContext(_ -> {
            raft = opened;
            timer = vertx.setPeriodic(settings.tickMillis(), _ -> onTick());
            running.complete(this);
        });
        return running.future();
    }

    /// Whether this voter leads and does the leader's duties. On the master's context.
    public boolean leads() {
        return leader != null;
    }

    /// The latest state that this voter knows; any thread, old on a follower.
    public ClusterState state() {
        return raft.state();
    }

    /// Who leads, as far as this voter knows; any thread.
    public Optional<NodeId> leader() {
        return raft.leader();
    }

    /// Hands leadership over, stops the duties and closes the log.
    public Future<Void> close() {
        return raft.handOver()
                .onFailure(e -> LOG.info("leadership is not handed over: {}", e.getMessage()))
                .transform(_ -> closeNow());
    }

    private Future<Void> closeNow() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(_ -> {
            vertx.cancelTimer(timer);
            abandon();
            Callable<Void> close = () -> {
                raft.close();
                return null;
            };
            vertx.executeBlocking(close, false).onComplete(closed);
        });
        return closed.future();
    }

    private void onTick() {
        followTerm();
        if (leader != null) {
            leader.onTick(System.nanoTime());
        }
    }

    /// Takes up or lays down the leader's duties, as Raft says.
    private void followTerm() {
        OptionalLong term = raft.leaderTerm();
        if (leader != null && (term.isEmpty() || term.getAsLong() != leader.term())) {
            abandon();
        }
        if (leader == null && term.isPresent()) {
            leader = new Leader(context, settings, raft, term.getAsLong(),
                    System::currentTimeMillis, System.nanoTime());
        }
    }

    private void abandon() {
        if (leader != null) {
            Leader former = leader;
            leader = null;
            former.abandon(raft.leader());
        }
    }

    /// On a thread of Ratis.
    private void onApplied(ClusterState state) {
        context.runOnContext(_ -> {
            if (leader != null) {
                leader.onState(state);
            }
        });
    }

    /// On any thread.
    private void onProof() {
        context.runOnContext(_ -> {
            if (leader != null) {
                leader.onProof(System.nanoTime());
            }
        });
    }

    @Override
    public void onMessage(FrameConnection from, int kind, Buffer payload) {
        if (kind != MasterWire.SEEN_KIND) {
            throw new FrameException.Refused("message of kind " + kind);
        }
        MasterWire.Seen seen = MasterWire.decodeSeen(payload.getBytes());
        boolean own = from.peer().isServerOf(seen.member().node()) && raft != null
                && !isRemoved(from);
        context.runOnContext(_ -> {
            if (leader != null && own) {
                leader.onSeen(seen, System.nanoTime());
            }
        });
    }

    @Override
    public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
        if (raft == null) {
            return Future.failedFuture(new FrameException.Refused("the master is starting"));
        }
        if (isRemoved(from)) {
            return Future.failedFuture(new FrameException.Refused("this server was removed"));
        }
        if (kind >= MasterWire.RAFT_KIND_FIRST) {
            return from.peer() instanceof PeerIdentity.Node(NodeId voter, _)
                            && from.peer().has(Role.MASTER)
                    ? raft.onVoterRequest(voter, kind, payload)
                    : Future.failedFuture(refused(Reason.WRONG_ROLE, from, "it is no voter"));
        }
        if (kind != MasterWire.REQUEST_KIND) {
            return Future.failedFuture(new FrameException.Refused("request of kind " + kind));
        }
        return ask(from, payload);
    }

    private boolean isRemoved(FrameConnection from) {
        boolean removed = from.peer() instanceof PeerIdentity.Node(NodeId id, _)
                && raft.state().trust().isRemoved(id);
        if (removed) {
            refused(Reason.REMOVED_SERVER, from, "it was removed from the cluster");
            from.close();
        }
        return removed;
    }

    private FrameException refused(Reason reason, FrameConnection from, String what) {
        refusals.refuse(reason, from.toString(), what);
        return new FrameException.Refused(what);
    }

    /// A server without a certificate asks to join; any thread.
    ///
    /// @param from its address
    public Future<JoinReply> join(JoinRequest request, String from) {
        Promise<JoinReply> answered = Promise.promise();
        context.runOnContext(_ -> {
            if (raft == null) {
                answered.complete(new JoinReply.Unavailable("the master is starting"));
                return;
            }
            followTerm();
            Future<JoinReply> reply = leader == null
                    ? Future.succeededFuture(new JoinReply.NotHere(settings.raft().voters()))
                    : leader.join(request, from);
            reply.onComplete(answered);
        });
        return answered.future();
    }

    private Future<Buffer> ask(FrameConnection from, Buffer payload) {
        long receivedNanos = System.nanoTime();
        var message = MasterWire.decodeMessage(payload.getBytes());
        Promise<Buffer> answered = Promise.promise();
        context.runOnContext(_ -> {
            followTerm();
            Future<MasterReply> reply = leader == null
                    ? Future.succeededFuture(new MasterReply.NotLeader(raft.leader()))
                    : leader.onMessage(from, message, receivedNanos);
            reply.recover(MasterServer::unavailable)
                    .map(r -> Buffer.buffer(MasterWire.encode(r))).onComplete(answered);
        });
        return answered.future();
    }

    /// The log did not take the command, or it is not known whether it did.
    private static Future<MasterReply> unavailable(Throwable failure) {
        if (failure instanceof FrameException.Refused) {
            return Future.succeededFuture(new MasterReply.Unavailable(failure.getMessage()));
        }
        LOG.error("a request to the master failed", failure);
        return Future.failedFuture(failure);
    }

    @Override
    public void onClosed(FrameConnection connection) {
        context.runOnContext(_ -> {
            if (leader != null) {
                leader.onClosed(connection);
            }
        });
    }
}
