package io.catena.server;

import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import io.catena.protocol.wire.MasterWire;
import io.catena.server.settings.ServerSettings;
import io.catena.server.settings.SettingsException;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.catena.transport.Tls;
import io.catena.transport.TransportSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One question to the master by a program that is no server, with the certificate of the server
/// whose files it can read. Every voter is asked until one leads.
final class MasterQuestion {
    private static final int REQUEST_MILLIS = 10_000;

    private final ServerSettings settings;

    MasterQuestion(ServerSettings settings) {
        this.settings = settings;
    }

    TrustReply ask(TrustMessage message) throws Exception {
        TlsFiles files = new TlsFiles(settings.data());
        Vertx vertx = Vertx.vertx();
        try {
            FrameClient client = new FrameClient(vertx,
                    TransportSettings.defaults(settings.clusterId()),
                    new Tls(files.own(), files.authorityPem()), Optional.of(settings.host()));
            String last = "";
            for (MasterAddress voter : settings.masters()) {
                MasterReply reply = askOne(client, voter, message);
                if (reply instanceof MasterReply.OfTrust(TrustReply answer)) {
                    return answer;
                }
                last = last + " " + voter + ": " + reply;
            }
            throw new SettingsException("no master leads:" + last);
        } finally {
            vertx.close().await(REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static MasterReply askOne(
            FrameClient client, MasterAddress voter, TrustMessage message) {
        Buffer question = Buffer.buffer(MasterWire.encode(new MasterMessage.OfTrust(message)));
        try {
            return client.connect(voter.host(), voter.port(), voter.node(), new Silent())
                    .compose(connection -> connection.request(
                            MasterWire.REQUEST_KIND, question, REQUEST_MILLIS))
                    .map(bytes -> MasterWire.decodeReply(bytes.getBytes()))
                    .await(2L * REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (FrameException | TimeoutException e) {
            return new MasterReply.Unavailable(e.getMessage());
        }
    }

    /// Nothing is asked of who only asks.
    static final class Silent implements FrameHandler {
        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            throw new FrameException.Refused("message of kind " + kind);
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return Future.failedFuture(new FrameException.Refused("request of kind " + kind));
        }
    }
}
