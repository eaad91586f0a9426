package io.catena.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two ends of a connection on loopback with real certificates.
class FrameConnectionTest {
    private static final int ECHO = 1;
    private static final int NEVER = 2;
    private static final int THROW = 3;
    private static final int REFUSE = 4;
    private static final String HOST = "127.0.0.1";
    private static final TransportSettings SETTINGS = new TransportSettings(
            "test", 1 << 20, 8, 4 << 20, 100, 3, 15_000);

    private final Vertx vertx = Vertx.vertx();
    private Authority authority;
    private Recorder server;
    private FrameServer listening;

    /// Echoes, and keeps what it saw.
    private static final class Recorder implements FrameHandler {
        final List<String> messages = Collections.synchronizedList(new ArrayList<>());
        final List<FrameConnection> opened = Collections.synchronizedList(new ArrayList<>());
        final List<FrameConnection> closed = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onOpened(FrameConnection connection) {
            opened.add(connection);
        }

        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            messages.add(kind + ":" + payload);
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return switch (kind) {
                case ECHO -> Future.succeededFuture(payload);
                case NEVER -> Promise.<Buffer>promise().future();
                case THROW -> throw new IllegalStateException("as the test wants it");
                default -> Future.failedFuture(new FrameException.Refused("not today"));
            };
        }

        @Override
        public void onClosed(FrameConnection connection) {
            closed.add(connection);
        }
    }

    @BeforeEach
    void listen() throws Exception {
        authority = new Authority("test");
        server = new Recorder();
        listening = Await.result(
                FrameServer.listen(vertx, SETTINGS, HOST, 0, authority.node(1), server));
    }

    @AfterEach
    void close() throws Exception {
        Await.result(vertx.close());
    }

    private FrameClient client(TransportSettings settings, Tls tls) {
        return new FrameClient(vertx, settings, tls, Optional.empty());
    }

    private FrameConnection connect() throws Exception {
        return Await.result(client(SETTINGS, authority.node(2))
                .connect(HOST, listening.port(), new NodeId(1), new Recorder()));
    }

    @Test
    void shouldAnswerRequestsAndKnowWhoAsks() throws Exception {
        FrameConnection connection = connect();
        Buffer answer = Await.result(connection.request(ECHO, Buffer.buffer("hello"), 2_000));
        assertThat(answer.toString()).isEqualTo("hello");
        assertThat(connection.peer()).isEqualTo(new PeerIdentity.Node(new NodeId(1)));
        assertThat(server.opened.getFirst().peer())
                .isEqualTo(new PeerIdentity.Node(new NodeId(2)));
        assertThat(OpenSSLEngineOptions.isAvailable()).as("BoringSSL is in use here").isTrue();
    }

    @Test
    void shouldLetTheServerAskTheClient() throws Exception {
        connect();
        Buffer answer = Await.result(
                server.opened.getFirst().request(ECHO, Buffer.buffer("and you?"), 2_000));
        assertThat(answer.toString()).isEqualTo("and you?");
    }

    @Test
    void shouldDeliverMessagesOfAllSizesInOrder() throws Exception {
        FrameConnection connection = connect();
        List<Integer> sizes = List.of(0, 1, 20_000, 13, 70_000, 1, 1 << 20, 2, 16 << 10);
        for (int size : sizes) {
            assertThat(connection.send(7, Buffer.buffer("x".repeat(size)))).isTrue();
        }
        Await.until("all messages", () -> server.messages.size() == sizes.size());
        assertThat(server.messages.stream().map(m -> m.length() - 2).toList()).isEqualTo(sizes);
    }

    @Test
    void shouldDeliverManySmallMessagesInOrder() throws Exception {
        FrameConnection connection = connect();
        IntStream.range(0, 5_000)
                .forEach(i -> connection.send(7, Buffer.buffer(String.valueOf(i))));
        Await.until("all messages", () -> server.messages.size() == 5_000);
        assertThat(server.messages)
                .isEqualTo(IntStream.range(0, 5_000).mapToObj(i -> "7:" + i).toList());
    }

    @Test
    void shouldConnectFromTheGivenSourceAddress() throws Exception {
        FrameClient from = new FrameClient(
                vertx, SETTINGS, authority.node(2), Optional.of("127.0.0.7"));
        Await.result(from.connect(HOST, listening.port(), new Recorder()));
        assertThat(server.opened.getFirst().remoteAddress()).startsWith("127.0.0.7:");
    }

    @Test
    void shouldRefuseAClientOfAnotherAuthority() throws Exception {
        Tls stranger = new Tls(new Authority("other").node(2).own(),
                authority.authority().certificatePem());
        assertThat(Await.failure(client(SETTINGS, stranger)
                .connect(HOST, listening.port(), new Recorder())))
                .isInstanceOf(FrameException.NotConnected.class);
        assertThat(server.opened).isEmpty();
    }

    @Test
    void shouldRefuseAServerOfAnotherAuthority() throws Exception {
        Tls stranger = new Authority("other").node(2);
        assertThat(Await.failure(client(SETTINGS, stranger)
                .connect(HOST, listening.port(), new Recorder())))
                .isInstanceOf(FrameException.NotConnected.class);
    }

    @Test
    void shouldRefuseAClientWithoutCertificate() throws Exception {
        NetClientOptions options = new NetClientOptions();
        options.setSsl(true).setTrustOptions(new PemTrustOptions()
                .addCertValue(Buffer.buffer(authority.authority().certificatePem())));
        options.setHostnameVerificationAlgorithm("");
        Promise<Void> closed = Promise.promise();
        vertx.createNetClient(options).connect(listening.port(), HOST)
                .onSuccess(socket -> socket.closeHandler(_ -> closed.complete()))
                .onFailure(_ -> closed.complete());
        Await.result(closed.future());
        assertThat(server.opened).isEmpty();
    }

    @Test
    void shouldRefuseANodeOtherThanTheExpected() throws Exception {
        assertThat(Await.failure(client(SETTINGS, authority.node(2))
                .connect(HOST, listening.port(), new NodeId(3), new Recorder())))
                .isInstanceOf(FrameException.NotConnected.class).hasMessageContaining("n3");
    }

    @Test
    void shouldRefuseAnotherCluster() throws Exception {
        TransportSettings other = TransportSettings.defaults("other");
        assertThat(Await.failure(client(other, authority.node(2))
                .connect(HOST, listening.port(), new Recorder())))
                .isInstanceOf(FrameException.NotConnected.class);
        assertThat(server.opened).isEmpty();
    }

    @Test
    void shouldReportNobodyListening() throws Exception {
        int port = listening.port();
        Await.result(listening.close());
        assertThat(Await.failure(client(SETTINGS, authority.node(2))
                .connect(HOST, port, new Recorder())))
                .isInstanceOf(FrameException.NotConnected.class);
    }

    @Test
    void shouldTimeRequestsOut() throws Exception {
        assertThat(Await.failure(connect().request(NEVER, Buffer.buffer(), 50)))
                .isInstanceOf(FrameException.TimedOut.class);
    }

    @Test
    void shouldAnswerFailuresOfTheHandler() throws Exception {
        FrameConnection connection = connect();
        assertThat(Await.failure(connection.request(REFUSE, Buffer.buffer(), 2_000)))
                .isInstanceOf(FrameException.Refused.class).hasMessage("not today");
        assertThat(Await.failure(connection.request(THROW, Buffer.buffer(), 2_000)))
                .isInstanceOf(FrameException.Refused.class)
                .hasMessageContaining("as the test wants it");
    }

    @Test
    void shouldBoundOutstandingRequests() throws Exception {
        FrameConnection connection = connect();
        List<Future<Buffer>> asked = IntStream.range(0, SETTINGS.requestsMax())
                .mapToObj(_ -> connection.request(NEVER, Buffer.buffer(), 10_000)).toList();
        assertThat(Await.failure(connection.request(NEVER, Buffer.buffer(), 10_000)))
                .isInstanceOf(FrameException.Overloaded.class);
        connection.close();
        asked.forEach(future -> assertThat(Await.failure(future))
                .isInstanceOf(FrameException.Closed.class));
    }

    @Test
    void shouldDropMessagesBeyondTheOutgoingBound() throws Exception {
        FrameConnection connection = connect();
        Buffer large = Buffer.buffer(new byte[1 << 20]);
        boolean dropped = false;
        for (int i = 0; i < 1_000 && !dropped; i++) {
            dropped = !connection.send(7, large);
        }
        assertThat(dropped).isTrue();
        assertThat(connection.writeQueueFull()).isTrue();
        assertThat(connection.request(ECHO, large, 1_000).cause())
                .isInstanceOf(FrameException.Overloaded.class);
        Promise<Void> drained = Promise.promise();
        connection.onDrain(drained::complete);
        Await.result(drained.future());
        assertThat(connection.send(7, large)).isTrue();
    }

    @Test
    void shouldRefuseToSendAnOversizeFrame() throws Exception {
        FrameConnection connection = connect();
        Buffer oversize = Buffer.buffer(new byte[SETTINGS.frameBytesMax() + 1]);
        assertThatThrownBy(() -> connection.send(7, oversize))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldCloseAConnectionThatSendsAnOversizeFrame() throws Exception {
        TransportSettings generous = new TransportSettings(
                "test", 2 << 20, 8, 4 << 20, 100, 3, 15_000);
        FrameConnection connection = Await.result(client(generous, authority.node(2))
                .connect(HOST, listening.port(), new Recorder()));
        connection.send(7, Buffer.buffer(new byte[(1 << 20) + 1]));
        Await.until("the server to close", connection::isClosed);
        assertThat(server.messages).isEmpty();
        assertThat(connection.send(7, Buffer.buffer())).isFalse();
    }

    @Test
    void shouldTellBothEndsThatAConnectionIsClosed() throws Exception {
        FrameConnection connection = connect();
        connection.close();
        Await.until("the server to notice", () -> server.closed.size() == 1);
        assertThat(connection.request(ECHO, Buffer.buffer(), 1_000).cause())
                .isInstanceOf(FrameException.Closed.class);
    }

    /// A peer that takes bytes and never sends any after its hello, as one that is stopped.
    @Test
    void shouldCloseWhenThePeerIsSilent() throws Exception {
        Tls tls = authority.node(3);
        NetServerOptions options = new NetServerOptions().setHost(HOST).setPort(0);
        options.setSsl(true).setKeyCertOptions(new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(tls.own().keyPem()))
                .addCertValue(Buffer.buffer(tls.own().certificatePem())));
        NetServer mute = vertx.createNetServer(options).connectHandler(FrameConnectionTest::greet);
        Await.result(mute.listen());
        FrameConnection connection = Await.result(client(SETTINGS, authority.node(2))
                .connect(HOST, mute.actualPort(), new Recorder()));
        Future<Buffer> asked = connection.request(ECHO, Buffer.buffer(), 10_000);
        assertThat(Await.failure(asked)).isInstanceOf(FrameException.Closed.class);
    }

    private static void greet(NetSocket socket) {
        socket.handler(_ -> { });
        Buffer hello = Buffer.buffer().appendInt(0x4354_4e41)
                .appendInt(SocketConnection.PROTOCOL_VERSION)
                .appendInt(4).appendString("test");
        Buffer frame = Buffer.buffer();
        new Frame(Frame.HELLO, 0, hello).appendHeader(frame);
        socket.write(frame.appendBuffer(hello));
    }

    @Test
    void shouldKeepAnIdleConnectionOpen() throws Exception {
        FrameConnection connection = connect();
        Promise<Void> later = Promise.promise();
        vertx.setTimer(1_000, _ -> later.complete());
        Await.result(later.future());
        assertThat(connection.isClosed()).isFalse();
    }
}
