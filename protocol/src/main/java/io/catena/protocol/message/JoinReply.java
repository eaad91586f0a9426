package io.catena.protocol.message;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.SharedSetting;
import java.util.List;

/// What the master answers to a [JoinRequest]. It holds no secret.
public sealed interface JoinReply {
    /// @param server the number that this server has from now on, as its first node
    /// @param certificatePem its certificate, and the authority's behind it
    /// @param masters where the master's voters are
    /// @param settings that all servers of the cluster have in common
    record Joined(
            NodeId server, String certificatePem, List<MasterAddress> masters,
            List<SharedSetting> settings)
            implements JoinReply {
        public Joined {
            masters = List.copyOf(masters);
            settings = List.copyOf(settings);
        }
    }

    /// Nothing was done here: the master's leader is elsewhere.
    record NotHere(List<MasterAddress> masters) implements JoinReply {
        public NotHere {
            masters = List.copyOf(masters);
        }
    }

    /// The token, or the request, is no good.
    record Refused(String reason) implements JoinReply {}

    /// It cannot be done now; the same request may be sent again.
    record Unavailable(String reason) implements JoinReply {}
}
