package io.catena.master.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;

/// Makes Ratis talk over this server's own frames: one port, one TLS identity, no gRPC. Public with
/// a public constructor because Ratis makes it by its class name.
public final class FrameRpcType implements RpcType {
    private static final String TRANSPORT = "catena.master.transport";

    static Parameters parameters(FrameRpc.Transport transport) {
        Parameters parameters = new Parameters();
        parameters.put(TRANSPORT, transport, FrameRpc.Transport.class);
        return parameters;
    }

    @Override
    public String name() {
        return getClass().getName();
    }

    @Override
    public ServerFactory newFactory(Parameters parameters) {
        FrameRpc.Transport transport =
                parameters.getNonNull(TRANSPORT, FrameRpc.Transport.class);
        return new Factory(this, transport);
    }

    private record Factory(RpcType type, FrameRpc.Transport transport) implements ServerFactory {
        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new FrameRpc(type, transport);
        }

        @Override
        public RpcType getRpcType() {
            return type;
        }
    }
}
