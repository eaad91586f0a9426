package io.catena.server;

import io.catena.master.api.MasterServer;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.wire.TrustWire;
import io.catena.protocol.wire.WireException;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.catena.transport.Refusals;
import io.catena.transport.Refusals.Reason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What peers without a certificate may ask on the port of the servers among themselves: to join.
final class JoinPort implements FrameHandler {
    private final List<MasterAddress> masters;
    private final Refusals refusals;
    private final Supplier<Optional<MasterServer>> master;

    JoinPort(List<MasterAddress> masters, Refusals refusals,
            Supplier<Optional<MasterServer>> master) {
        this.masters = masters;
        this.refusals = refusals;
        this.master = master;
    }

    @Override
    public void onMessage(FrameConnection from, int kind, Buffer payload) {
        throw refused(Reason.NO_CERTIFICATE, from, "message of kind " + kind);
    }

    @Override
    public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
        if (kind != TrustWire.JOIN_KIND) {
            return Future.failedFuture(
                    refused(Reason.NO_CERTIFICATE, from, "request of kind " + kind));
        }
        JoinRequest request;
        try {
            request = TrustWire.decodeRequest(payload.getBytes());
        } catch (WireException e) {
            return Future.failedFuture(refused(Reason.MALFORMED_REQUEST, from, e.getMessage()));
        }
        return master.get().map(voter -> voter.join(request, from.remoteAddress()))
                .orElseGet(() -> Future.succeededFuture(new JoinReply.NotHere(masters)))
                .map(reply -> Buffer.buffer(TrustWire.encode(reply)));
    }

    private FrameException.Refused refused(Reason reason, FrameConnection from, String what) {
        refusals.refuse(reason, from.remoteAddress(), what);
        return new FrameException.Refused(what + ": without a certificate one may only join");
    }
}
