package io.catena.master.raft;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Result;
import io.catena.master.cluster.StateWire;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.LifeCycle;

/// This server's voter of the master group: [ClusterState] on Apache Ratis. All methods may be
/// called from any thread and none of them blocks, but [#open] and [#close].
public final class ReplicatedState {
    private final RaftSettings settings;
    private final List<NodeId> otherVoters;
    private final RaftServer server;
    private final RaftGroupId group;
    private final StateMachine machine;
    private final Sealing sealing;
    private final LeadershipProof proof;
    private final TermQuestions questions;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIdLast = new AtomicLong();
    /// Ratis' handlers block for the disk; a voter sends few requests at a time.
    private final ExecutorService answering;

    private ReplicatedState(
            RaftSettings settings, RaftServer server, RaftGroupId group, StateMachine machine,
            Sealing sealing, LeadershipProof proof, PeerLinks links) {
        this.settings = settings;
        this.otherVoters = settings.voters().stream().map(MasterAddress::node)
                .filter(voter -> !voter.equals(settings.self())).toList();
        this.server = server;
        this.group = group;
        this.machine = machine;
        this.sealing = sealing;
        this.proof = proof;
        this.questions = new TermQuestions(
                voter -> links.ask(voter, TermQuestions.KIND, new byte[0]), proof);
        this.answering = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("raft-answer-", 0).factory());
    }

    /// Starts the voter with what its directory holds. Blocks for the disk.
    ///
    /// @param client for connections to the other voters
    /// @param onApplied called on a thread of Ratis with each new state; must return at once
    /// @param onProof called when [#confirmedNanos] may have grown, on any thread; likewise
    public static ReplicatedState open(
            RaftSettings settings, FrameClient client, Consumer<ClusterState> onApplied,
            Runnable onProof) throws IOException {
        RaftGroupId groupId = RaftGroupId.valueOf(
                UUID.nameUUIDFromBytes(settings.clusterId().getBytes()));
        Sealing sealing = new Sealing(settings.key());
        sealing.warmUp();
        StateMachine machine = new StateMachine(sealing, onApplied);
        LeadershipProof proof = new LeadershipProof(onProof);
        MasterAddress self = settings.voters().stream()
                .filter(voter -> voter.node().equals(settings.self())).findFirst().orElseThrow();
        // RECOVER formats an empty directory and never clears a full one, as FORMAT would.
        Files.createDirectories(settings.directory().resolve(groupId.getUuid().toString()));
        PeerLinks links = new PeerLinks(client, settings);
        RaftServer server = RaftServer.newBuilder()
                .setServerId(FrameRpc.peerId(settings.self()))
                .setGroup(RaftGroup.valueOf(groupId, peers(settings)))
                .setStateMachine(machine)
                .setProperties(RatisProperties.of(settings))
                .setParameters(FrameRpcType.parameters(new FrameRpc.Transport(
                        links, proof,
                        InetSocketAddress.createUnresolved(self.host(), self.port()))))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.start();
        return new ReplicatedState(settings, server, groupId, machine, sealing, proof, links);
    }

    private static List<RaftPeer> peers(RaftSettings settings) {
        return settings.voters().stream().map(voter -> RaftPeer.newBuilder()
                .setId(FrameRpc.peerId(voter.node()))
                .setAddress(voter.host() + ":" + voter.port()).build()).toList();
    }

    /// The latest state that this voter has applied: on a follower it may be old.
    public ClusterState state() {
        return machine.state();
    }

    /// The term that this voter leads, with everything of former terms applied; else empty.
    public OptionalLong leaderTerm() {
        return info().filter(DivisionInfo::isLeaderReady)
                .map(info -> OptionalLong.of(info.getCurrentTerm())).orElse(OptionalLong.empty());
    }

    /// Who leads, as far as this voter knows.
    public Optional<NodeId> leader() {
        return info().map(DivisionInfo::getLeaderId).map(FrameRpc::nodeId);
    }

    private Optional<DivisionInfo> info() {
        if (server.getLifeCycleState() != LifeCycle.State.RUNNING) {
            return Optional.empty();
        }
        try {
            return Optional.of(server.getDivision(group).getInfo());
        } catch (IOException _) {
            return Optional.empty(); // It is about to close: nobody leads here.
        }
    }

    /// The latest moment ([System#nanoTime]) at which a majority took this voter for the leader of
    /// `term`: no later leader was elected before it.
    ///
    /// @param agoNanos how far back the moment is put when there was none
    public long confirmedNanos(long term, long nowNanos, long agoNanos) {
        return proof.confirmedNanos(term, otherVoters, nowNanos, agoNanos);
    }

    /// Asks the other voters whether this one leads `term`: the next proof need not wait for the
    /// next message of Ratis.
    public void prove(long term) {
        otherVoters.forEach(voter -> questions.ask(voter, term, this::leaderTerm));
    }

    /// Puts a command into the log. Fails with [FrameException.Refused] when this voter does not
    /// lead, or it is unknown whether the command was taken.
    public Future<Result> submit(Command command) {
        Promise<Result> promise = Promise.promise();
        try {
            server.submitClientRequestAsync(request(command)).whenComplete((reply, failure) -> {
                if (failure != null) {
                    promise.fail(new FrameException.Refused(failure.toString()));
                } else {
                    complete(promise, reply);
                }
            });
        } catch (IOException e) {
            promise.fail(new FrameException.Refused(e.toString()));
        }
        return promise.future();
    }

    private RaftClientRequest request(Command command) {
        return RaftClientRequest.newBuilder().setClientId(clientId).setServerId(server.getId())
                .setGroupId(group).setCallId(callIdLast.incrementAndGet())
                .setMessage(Message.valueOf(
                        ByteBuffer.wrap(sealing.seal(StateWire.encode(command)))))
                .setType(RaftClientRequest.writeRequestType()).build();
    }

    private static void complete(Promise<Result> promise, RaftClientReply reply) {
        if (reply.isSuccess()) {
            promise.complete(
                    StateWire.decodeResult(reply.getMessage().getContent().toByteArray()));
        } else {
            promise.fail(new FrameException.Refused(String.valueOf(reply.getException())));
        }
    }

    /// Has the voter that was heard of last lead from now on, if this one leads. Fails when that
    /// does not come about in time: then this voter may go on leading.
    public Future<Void> handOver() {
        OptionalLong term = leaderTerm();
        Optional<NodeId> next = term.isPresent()
                ? proof.latestHeard(term.getAsLong()) : Optional.empty();
        if (next.isEmpty()) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        try {
            server.transferLeadershipAsync(new TransferLeadershipRequest(
                            clientId, server.getId(), group, callIdLast.incrementAndGet(),
                            FrameRpc.peerId(next.get()), 3L * settings.requestMillis()))
                    .whenComplete((reply, failure) -> {
                        if (failure == null && reply.isSuccess()) {
                            promise.complete();
                        } else {
                            promise.fail(new FrameException.Refused(String.valueOf(
                                    failure != null ? failure : reply.getException())));
                        }
                    });
        } catch (IOException e) {
            promise.fail(new FrameException.Refused(e.toString()));
        }
        return promise.future();
    }

    /// Answers a request of another voter.
    public Future<Buffer> onVoterRequest(NodeId from, int kind, Buffer payload) {
        if (!otherVoters.contains(from)) {
            return Future.failedFuture(new FrameException.Refused(from + " is not a voter"));
        }
        if (kind == TermQuestions.KIND) {
            return info().map(info -> TermQuestions.answer(info.getCurrentTerm()))
                    .orElseGet(() -> Future.failedFuture(
                            new FrameException.Refused("the voter is starting or closing")));
        }
        Promise<Buffer> promise = Promise.promise();
        try {
            answering.execute(() -> answer(kind, payload, promise));
        } catch (RejectedExecutionException e) {
            promise.fail(new FrameException.Refused("closing"));
        }
        return promise.future();
    }

    private void answer(int kind, Buffer payload, Promise<Buffer> promise) {
        try {
            promise.complete(FrameRpc.answer(server, kind, payload.getBytes()));
        } catch (IOException | RuntimeException e) {
            promise.fail(new FrameException.Refused(e.toString()));
        }
    }

    /// Blocks until the log is closed.
    public void close() throws IOException {
        server.close();
        answering.shutdownNow();
        try {
            answering.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "voter " + settings.self();
    }
}
