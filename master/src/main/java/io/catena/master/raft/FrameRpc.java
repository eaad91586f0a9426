package io.catena.master.raft;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.wire.MasterWire;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;

/// Both ends of Ratis' messages between voters: protobuf bytes in frames, one kind each. Listening
/// and closing is the server's matter, not Ratis'.
final class FrameRpc implements RaftServerRpc {
    static final int REQUEST_VOTE = MasterWire.RAFT_KIND_FIRST;
    static final int APPEND_ENTRIES = MasterWire.RAFT_KIND_FIRST + 1;
    static final int INSTALL_SNAPSHOT = MasterWire.RAFT_KIND_FIRST + 2;
    static final int START_LEADER_ELECTION = MasterWire.RAFT_KIND_FIRST + 3;

    /// What this end needs to reach the others.
    record Transport(PeerLinks links, LeadershipProof proof, InetSocketAddress address) {}

    private final RpcType type;
    private final Transport transport;

    FrameRpc(RpcType type, Transport transport) {
        this.type = type;
        this.transport = transport;
    }

    static RaftPeerId peerId(NodeId node) {
        return RaftPeerId.valueOf("n" + node.server());
    }

    static NodeId nodeId(RaftPeerId peer) {
        return new NodeId(Integer.parseInt(peer.toString().substring(1)));
    }

    /// Answers what another voter sent. Blocks for as long as the log needs.
    static Buffer answer(RaftServer server, int kind, byte[] payload) throws IOException {
        MessageLite reply = switch (kind) {
            case REQUEST_VOTE -> server.requestVote(RequestVoteRequestProto.parseFrom(payload));
            case APPEND_ENTRIES ->
                    server.appendEntries(AppendEntriesRequestProto.parseFrom(payload));
            case INSTALL_SNAPSHOT ->
                    server.installSnapshot(InstallSnapshotRequestProto.parseFrom(payload));
            case START_LEADER_ELECTION -> server.startLeaderElection(
                    StartLeaderElectionRequestProto.parseFrom(payload));
            default -> throw new IOException("unknown request of kind " + kind);
        };
        return Buffer.buffer(reply.toByteArray());
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        return RequestVoteReplyProto.parseFrom(
                call(request.getServerRequest(), REQUEST_VOTE, request));
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
            throws IOException {
        long sentNanos = System.nanoTime();
        AppendEntriesReplyProto reply = AppendEntriesReplyProto.parseFrom(
                call(request.getServerRequest(), APPEND_ENTRIES, request));
        if (reply.getResult() == AppendResult.SUCCESS
                && reply.getTerm() == request.getLeaderTerm()) {
            transport.proof().onAccepted(
                    to(request.getServerRequest()), request.getLeaderTerm(), sentNanos);
        }
        return reply;
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
            throws IOException {
        return InstallSnapshotReplyProto.parseFrom(
                call(request.getServerRequest(), INSTALL_SNAPSHOT, request));
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(
            StartLeaderElectionRequestProto request) throws IOException {
        return StartLeaderElectionReplyProto.parseFrom(
                call(request.getServerRequest(), START_LEADER_ELECTION, request));
    }

    private byte[] call(RaftRpcRequestProto header, int kind, MessageLite request)
            throws IOException {
        return transport.links().call(to(header), kind, request.toByteArray()).getBytes();
    }

    private static NodeId to(RaftRpcRequestProto header) {
        return nodeId(RaftPeerId.valueOf(header.getReplyId()));
    }

    @Override
    public RpcType getRpcType() {
        return type;
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        return transport.address();
    }

    @Override
    public void start() {
        // The server listens already.
    }

    @Override
    public void close() {
        // The server closes its listener.
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
        // Voters are in the settings; links are made when first needed.
    }

    @Override
    public void handleException(RaftPeerId serverId, Exception e, boolean reconnect) {
        // A link that broke is made again by the next call.
    }
}
