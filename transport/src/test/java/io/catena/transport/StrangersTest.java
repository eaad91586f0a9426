package io.catena.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.NodeId;
import io.catena.transport.Refusals.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who knocks at the port of the servers among themselves, over real sockets.
class StrangersTest {
    private static final String HOST = "127.0.0.1";
    private static final int KIND = 1;
    private static final TransportSettings SETTINGS =
            new TransportSettings("test-cluster", 1 << 20, 100, 4 << 20, 200, 3, 2_000);

    private final Vertx vertx = Vertx.vertx();
    private final Refusals refusals = new Refusals();
    private final Names members = new Names("member");
    private Authority authority;
    private FrameServer server;

    private record Names(String name, List<PeerIdentity> asked) implements FrameHandler {
        Names(String name) {
            this(name, new CopyOnWriteArrayList<>());
        }

        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            throw new FrameException.Refused("no messages");
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            asked.add(from.peer());
            return Future.succeededFuture(Buffer.buffer(name));
        }
    }

    @BeforeEach
    void listen() throws Exception {
        authority = new Authority("test");
        server = Await.result(FrameServer.listen(vertx, SETTINGS, HOST, 0, authority.node(1),
                new FrameServer.Callers(members, Optional.of(new Names("stranger")),
                        refusals)));
    }

    @AfterEach
    void close() throws Exception {
        Await.result(vertx.close());
    }

    private Future<FrameConnection> connect(FrameClient client) {
        return client.connect(HOST, server.port(), new Names("client"));
    }

    private FrameClient member(Tls tls) {
        return new FrameClient(vertx, SETTINGS, tls, Optional.empty());
    }

    private FrameClient stranger(TransportSettings settings, CertificateAuthority pinned)
            throws Exception {
        return FrameClient.ofStranger(vertx, settings,
                CertificateLife.digest(pinned.certificatePem()), Optional.empty());
    }

    private String ask(FrameClient client) throws Exception {
        return Await.result(connect(client).compose(
                connection -> connection.request(KIND, Buffer.buffer(), 2_000))).toString();
    }

    @Test
    void shouldKeepStrangersApartFromMembers() throws Exception {
        assertThat(ask(member(authority.node(2)))).isEqualTo("member");
        assertThat(ask(stranger(SETTINGS, authority.authority()))).isEqualTo("stranger");
    }

    @Test
    void shouldNotTalkToAServerOfAnotherAuthorityThanTheToken() throws Exception {
        assertThat(Await.failure(connect(
                stranger(SETTINGS, new Authority("other").authority()))))
                .isInstanceOf(FrameException.NotConnected.class);
    }

    @Test
    void shouldRefuseAStrangerOfAnotherCluster() throws Exception {
        TransportSettings other =
                new TransportSettings("another", 1 << 20, 100, 4 << 20, 200, 3, 2_000);
        assertThat(Await.failure(connect(stranger(other, authority.authority()))))
                .isInstanceOf(FrameException.class);
        Await.until("a count", () -> refusals.count(Reason.OTHER_CLUSTER) > 0);
    }

    @Test
    void shouldRefuseCertificatesThatAreOver() throws Exception {
        Tls over = new Tls(authority.authority().issue(new PeerIdentity.Node(new NodeId(2)),
                List.of(HOST), Instant.now().minus(Duration.ofDays(1)), Duration.ofHours(1)),
                authority.authority().certificatePem());
        assertThat(Await.failure(connect(member(over)))).isInstanceOf(FrameException.class);
        Await.until("a count", () -> refusals.count(Reason.BAD_CERTIFICATE) == 1);
    }

    /// Who has one shows none, since it is not of an authority that the server asks for: that makes
    /// a stranger. Who shows it nevertheless is refused.
    @Test
    void shouldTakeCertificatesOfAnotherAuthorityForNothing() throws Exception {
        KeyAndCertificate foreign = new Authority("other").node(2).own();
        assertThat(ask(member(new Tls(foreign, authority.authority().certificatePem()))))
                .isEqualTo("stranger");
        SSLContext insisting = SSLContext.getInstance("TLSv1.3");
        insisting.init(new KeyManager[] {new Insisting(foreign)}, new TrustManager[] {
            new AuthorityPin(CertificateLife.digest(authority.authority().certificatePem()))
        }, null);
        try (SSLSocket socket = (SSLSocket) insisting.getSocketFactory()
                .createSocket(HOST, server.port())) {
            socket.startHandshake();
            Await.until("a count", () -> refusals.count(Reason.BAD_CERTIFICATE) == 1);
        }
    }

    /// Shows its certificate to everybody.
    private static final class Insisting extends X509ExtendedKeyManager {
        private final KeyAndCertificate own;

        Insisting(KeyAndCertificate own) {
            this.own = own;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            try {
                return Pem.certificates(own.certificatePem()).toArray(X509Certificate[]::new);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            try {
                return Pem.privateKey(own.keyPem());
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            throw new AssertionError("it is no server");
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            throw new AssertionError("it is no server");
        }
    }

    @Test
    void shouldRefusePlainTcp() throws Exception {
        NetSocket plain = Await.result(vertx.createNetClient().connect(server.port(), HOST));
        plain.write("GET / HTTP/1.1\r\n\r\n");
        Await.until("a count", () -> refusals.count(Reason.NOT_TLS) == 1);
    }

    @Test
    void shouldHearFewStrangersAtATime() throws Exception {
        FrameClient client = stranger(SETTINGS, authority.authority());
        for (int i = 0; i < 40; i++) {
            connect(client);
        }
        Await.until("a count", () -> refusals.count(Reason.TOO_MANY_STRANGERS) > 0);
        assertThat(ask(member(authority.node(2)))).isEqualTo("member");
    }

    @Test
    void shouldCloseTheConnectionsOfAServerThatWasRemoved() throws Exception {
        FrameConnection removed = Await.result(connect(member(authority.node(2))));
        FrameConnection other = Await.result(connect(member(authority.node(3))));
        server.closeAll(peer -> peer.isServerOf(new NodeId(2)));
        Await.until("the end", removed::isClosed);
        assertThat(other.isClosed()).isFalse();
    }

    @Test
    void shouldShowTheNewCertificateWithoutLosingAConnection() throws Exception {
        FrameClient client = member(authority.node(2));
        FrameConnection former = Await.result(connect(client));
        Await.result(server.renew(authority.node(4)));
        Await.result(client.renew(authority.node(5)));
        FrameConnection next = Await.result(connect(client));
        assertThat(next.peer()).isEqualTo(new PeerIdentity.Node(new NodeId(4)));
        assertThat(Await.result(former.request(KIND, Buffer.buffer(), 2_000)).toString())
                .isEqualTo("member");
        Await.result(next.request(KIND, Buffer.buffer(), 2_000));
        assertThat(members.asked()).containsExactly(
                new PeerIdentity.Node(new NodeId(2)), new PeerIdentity.Node(new NodeId(5)));
    }
}
