package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.api.AuthoritySeal;
import io.catena.master.cluster.SealedAuthority;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import io.catena.protocol.wire.MasterWire;
import io.catena.protocol.wire.TrustWire;
import io.catena.transport.CertificateRequest;
import io.catena.transport.ClusterKey;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.FrameHandler;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Role;
import io.catena.transport.Tls;
import io.catena.transport.TransportSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// A server that is a cluster of its own, those that join it, and those that must not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrustSystemTest {
    private static final String BUCKET = "trust";
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private Path directory;
    private LoneServer first;
    private String keyId;
    private String secret;
    private int joined;

    @BeforeAll
    void found() throws Exception {
        directory = LocalCluster.emptyDirectory("trust");
        first = new LoneServer(directory.resolve("first"), LoneServer.freePorts(4));
        first.start().awaitReady();
        keyId = first.printed("access key");
        secret = first.printed("secret key");
        try (S3Client s3 = first.client(keyId, secret)) {
            s3.createBucket(b -> b.bucket(BUCKET));
            s3.putObject(p -> p.bucket(BUCKET).key("key"), RequestBody.fromString("value"));
        }
    }

    @AfterAll
    void stop() throws Exception {
        first.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private String get(LoneServer server) throws Exception {
        try (S3Client s3 = server.client(keyId, secret)) {
            return s3.getObjectAsBytes(g -> g.bucket(BUCKET).key("key")).asUtf8String();
        }
    }

    private Path tokenFile(String seconds) throws IOException {
        Path file = directory.resolve("token-" + seconds + "-" + ++joined);
        Files.writeString(file, LoneServer.catena("join-token", "create", "--data",
                first.data.toString(), "--ttl-seconds", seconds));
        return file;
    }

    private JoinToken token() throws IOException {
        return TrustWire.tokenOfText(Files.readString(tokenFile("600")));
    }

    private LoneServer joining(Path tokenFile) throws IOException {
        return new LoneServer(directory.resolve("joining-" + ++joined), LoneServer.freePorts(4))
                .start("--join", first.nodeAddress(), "--token-file", tokenFile.toString());
    }

    @Test
    void shouldStartTheSameClusterAgainAndKeepNoSecretInClear() throws Exception {
        first.stop();
        assertThat(first.data.resolve("root-key")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                first.data.resolve("cluster.key")))).isEqualTo("rw-------");
        try (Stream<Path> files = Files.walk(first.data)) {
            assertThat(files.filter(Files::isRegularFile).filter(this::holdsSecret)).isEmpty();
        }
        first.startAgain().awaitReady();
        assertThat(get(first)).isEqualTo("value");
    }

    private boolean holdsSecret(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .contains(secret);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldLetAServerJoinOnceAndRemoveItForGood() throws Exception {
        Path token = tokenFile("600");
        try (LoneServer second = joining(token)) {
            second.awaitReady();
            assertThat(get(second)).isEqualTo("value");
            second.stop();
            second.startAgain().awaitReady();
            assertThat(get(second)).isEqualTo("value");

            double before = first.refused("used_token");
            try (LoneServer thief = joining(token)) {
                assertThat(thief.awaitEnd()).isNotZero();
                assertThat(thief.printed()).contains("used before");
            }
            assertThat(first.refused("used_token")).isEqualTo(before + 1);
            removeAndKnock(second);
        }
    }

    private void removeAndKnock(LoneServer second) throws Exception {
        KeyAndCertificate stolen = KeyAndCertificate.read(second.data.resolve("tls/server.pem"));
        int number = Integer.parseInt(Files.readAllLines(second.data.resolve("settings.yaml"))
                .stream().filter(line -> line.startsWith("node-id"))
                .map(line -> line.replaceAll("[^0-9]", "")).findFirst().orElseThrow());
        FrameConnection open = connect(stolen);
        MasterReply reply = ask(connect(own()),
                new MasterMessage.OfTrust(new TrustMessage.RemoveServer(number)));
        assertThat(reply).isEqualTo(new MasterReply.OfTrust(new TrustReply.Done()));
        LocalCluster.await(WAIT_MAX, "its connections are closed", open::isClosed);
        double before = first.refused("removed_server");
        Future<FrameConnection> again = client(stolen)
                .connect("127.0.0.1", first.nodePort(), new Deaf());
        LocalCluster.await(WAIT_MAX, "it is refused", () -> again.failed()
                || again.succeeded() && again.result().isClosed());
        LocalCluster.await(WAIT_MAX, "it is counted",
                () -> first.refused("removed_server") > before);
        LocalCluster.await(WAIT_MAX, "it serves nothing",
                () -> second.status("/health/ready") != 200);
    }

    private KeyAndCertificate own() throws IOException {
        return KeyAndCertificate.read(first.data.resolve("tls/server.pem"));
    }

    private String clusterId() throws IOException {
        return Files.readAllLines(first.data.resolve("settings.yaml")).stream()
                .filter(line -> line.startsWith("cluster-id"))
                .map(line -> line.replaceAll("^.*\"(.*)\"$", "$1")).findFirst().orElseThrow();
    }

    private FrameConnection connect(KeyAndCertificate shown) throws Exception {
        return connect(client(shown));
    }

    private FrameClient client(KeyAndCertificate shown) throws IOException {
        return new FrameClient(vertx, TransportSettings.defaults(clusterId()),
                new Tls(shown, Files.readString(first.data.resolve("tls/ca.pem"))),
                Optional.empty());
    }

    private FrameConnection connect(FrameClient client) throws Exception {
        return client.connect("127.0.0.1", first.nodePort(), new Deaf())
                .await(10, TimeUnit.SECONDS);
    }

    private static MasterReply ask(FrameConnection connection, MasterMessage message)
            throws Exception {
        return MasterWire.decodeReply(connection.request(MasterWire.REQUEST_KIND,
                        Buffer.buffer(MasterWire.encode(message)), 10_000)
                .await(15, TimeUnit.SECONDS).getBytes());
    }

    /// The other end has nothing to ask.
    private static final class Deaf implements FrameHandler {
        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            throw new FrameException.Refused("nothing is asked here");
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return Future.failedFuture(new FrameException.Refused("nothing is asked here"));
        }
    }

    private JoinReply join(JoinToken token, CertificateRequest.Pending key) throws Exception {
        FrameClient stranger = FrameClient.ofStranger(vertx,
                TransportSettings.defaults(token.clusterId()), token.authorityDigest(),
                Optional.empty());
        return TrustWire.decodeJoinReply(connect(stranger).request(TrustWire.JOIN_KIND,
                        Buffer.buffer(TrustWire.encode(new JoinRequest(
                                token.secret(), key.der(), List.of("localhost")))), 10_000)
                .await(15, TimeUnit.SECONDS).getBytes());
    }

    @Test
    void shouldAnswerARepeatedJoinOfTheSameKeyOnly() throws Exception {
        JoinToken token = token();
        CertificateRequest.Pending key = CertificateRequest.create();
        JoinReply.Joined once = (JoinReply.Joined) join(token, key);
        JoinReply.Joined again = (JoinReply.Joined) join(token, key);
        assertThat(again.server()).isEqualTo(once.server());
        double before = first.refused("used_token");
        assertThat(join(token, CertificateRequest.create()))
                .isInstanceOf(JoinReply.Refused.class);
        assertThat(first.refused("used_token")).isEqualTo(before + 1);
    }

    @Test
    void shouldRefuseATokenThatExpired() throws Exception {
        JoinToken token = TrustWire.tokenOfText(Files.readString(tokenFile("1")));
        LocalCluster.await(WAIT_MAX, "it expires",
                () -> System.currentTimeMillis() > token.expiresMillis());
        double before = first.refused("expired_token");
        assertThat(join(token, CertificateRequest.create()))
                .isInstanceOf(JoinReply.Refused.class);
        assertThat(first.refused("expired_token")).isEqualTo(before + 1);
    }

    @Test
    void shouldRefuseATokenThatNobodyMade() throws Exception {
        JoinToken made = token();
        double before = first.refused("unknown_token");
        assertThat(join(new JoinToken(made.clusterId(), made.expiresMillis(),
                made.authorityDigest(), ClusterKey.random(32), made.addresses()),
                CertificateRequest.create())).isInstanceOf(JoinReply.Refused.class);
        assertThat(first.refused("unknown_token")).isEqualTo(before + 1);
    }

    @Test
    void shouldRefuseATokenOfAnotherCluster() throws Exception {
        JoinToken made = token();
        double before = first.refused("other_cluster");
        FrameClient stranger = FrameClient.ofStranger(vertx, TransportSettings.defaults("another"),
                made.authorityDigest(), Optional.empty());
        assertThat(failure(stranger)).isInstanceOf(FrameException.class);
        LocalCluster.await(WAIT_MAX, "it is counted",
                () -> first.refused("other_cluster") > before);
        FrameClient deceived = FrameClient.ofStranger(vertx,
                TransportSettings.defaults(made.clusterId()), Bytes.utf8("another authority"),
                Optional.empty());
        assertThat(failure(deceived)).isInstanceOf(FrameException.NotConnected.class);
    }

    private Throwable failure(FrameClient client) {
        Future<FrameConnection> connecting =
                client.connect("127.0.0.1", first.nodePort(), new Deaf());
        LocalCluster.await(WAIT_MAX, "an answer", connecting::isComplete);
        return connecting.cause();
    }

    @Test
    void shouldHearNothingButJoinsFromStrangers() throws Exception {
        JoinToken token = token();
        FrameClient stranger = FrameClient.ofStranger(vertx,
                TransportSettings.defaults(token.clusterId()), token.authorityDigest(),
                Optional.empty());
        double refused = first.refused("no_certificate");
        double malformed = first.refused("malformed_request");
        FrameConnection connection = connect(stranger);
        for (int kind : List.of(1, 2, 3, 4, MasterWire.REQUEST_KIND,
                MasterWire.RAFT_KIND_FIRST)) {
            Future<Buffer> answer = connection.request(kind, Buffer.buffer(), 10_000);
            LocalCluster.await(WAIT_MAX, "an answer", answer::isComplete);
            assertThat(answer.cause()).isInstanceOf(FrameException.Refused.class);
        }
        assertThat(first.refused("no_certificate")).isEqualTo(refused + 6);
        Future<Buffer> answer =
                connection.request(TrustWire.JOIN_KIND, Buffer.buffer("no request"), 10_000);
        LocalCluster.await(WAIT_MAX, "an answer", answer::isComplete);
        assertThat(first.refused("malformed_request")).isEqualTo(malformed + 1);
    }

    @Test
    void shouldCheckRolesAndNumbersOnEveryCall() throws Exception {
        double before = first.refused("wrong_role");
        MasterMessage message = new MasterMessage.GiveBack(
                new Member(new NodeId(1), new Incarnation(1)));
        for (PeerIdentity wrong : List.of(
                new PeerIdentity.Node(new NodeId(77)),
                new PeerIdentity.Node(new NodeId(1), EnumSet.of(Role.GATEWAY)),
                new PeerIdentity.Client("admin"))) {
            assertThat(ask(connect(issued(wrong)), message))
                    .isInstanceOf(MasterReply.Unavailable.class);
        }
        FrameConnection node = connect(issued(
                new PeerIdentity.Node(new NodeId(1), EnumSet.of(Role.NODE))));
        assertThat(ask(node, new MasterMessage.ChangeAccounts(
                new AccountChange.RemoveKey(keyId))))
                .isInstanceOf(MasterReply.Unavailable.class);
        assertThat(ask(node, new MasterMessage.OfTrust(new TrustMessage.CreateJoinToken(1_000))))
                .isInstanceOfSatisfying(MasterReply.OfTrust.class, reply ->
                        assertThat(reply.reply()).isInstanceOf(TrustReply.Refused.class));
        Future<Buffer> vote = node.request(MasterWire.RAFT_KIND_FIRST, Buffer.buffer(), 10_000);
        LocalCluster.await(WAIT_MAX, "an answer", vote::isComplete);
        assertThat(vote.cause()).isInstanceOf(FrameException.Refused.class);
        Future<Buffer> read = connect(issued(new PeerIdentity.Client("admin")))
                .request(2, Buffer.buffer(), 10_000);
        LocalCluster.await(WAIT_MAX, "an answer", read::isComplete);
        assertThat(read.cause()).isInstanceOf(FrameException.Refused.class);
        assertThat(first.refused("wrong_role")).isEqualTo(before + 7);
        assertThat(get(first)).isEqualTo("value");
    }

    /// A certificate that only the authority can make.
    private KeyAndCertificate issued(PeerIdentity identity) throws Exception {
        Path tls = first.data.resolve("tls");
        SealedAuthority sealed = new SealedAuthority(Files.readString(tls.resolve("ca.pem")),
                Bytes.wrap(HexFormat.of().parseHex(
                        Files.readString(tls.resolve("ca.key.sealed")).strip())));
        return AuthoritySeal.open(sealed, ClusterKey.read(first.data.resolve("cluster.key")))
                .issue(identity, List.of("localhost"), Instant.now(), Duration.ofHours(1));
    }

    @Test
    void shouldRefusePlainTcp() throws Exception {
        double plain = first.refused("not_tls");
        try (Socket socket = new Socket("127.0.0.1", first.nodePort());
                OutputStream out = socket.getOutputStream()) {
            out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            LocalCluster.await(WAIT_MAX, "it is counted", () -> first.refused("not_tls") > plain);
        }
    }
}
