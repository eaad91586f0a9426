package io.catena.client.master;

import io.catena.master.api.AuthoritySeal;
import io.catena.master.api.MasterServer;
import io.catena.master.api.MasterSettings;
import io.catena.master.api.TrustSettings;
import io.catena.master.raft.RaftSettings;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.SharedSetting;
import io.catena.protocol.message.MasterMessage.Accusation;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.protocol.message.MasterMessage.Report;
import io.catena.transport.CertificateAuthority;
import io.catena.transport.ClusterKey;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameServer;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Refusals;
import io.catena.transport.Tls;
import io.catena.transport.TransportSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// Masters and sessions in one process, over loopback with real certificates and real logs.
final class TestCluster {
    static final AccessKey ROOT = AccessKey.ofRoot("ROOT", "root-secret");
    private static final String HOST = "127.0.0.1";
    private static final TransportSettings TRANSPORT = new TransportSettings(
            "test-cluster", 2 << 20, 1_000, 16 << 20, 200, 3, 1_000);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    final Vertx vertx = Vertx.vertx();
    final Refusals refusals = new Refusals();
    private final ClusterKey key = ClusterKey.create();
    private final CertificateAuthority authority;
    private final Path directory;
    private final List<MasterAddress> addresses = new ArrayList<>();
    private final int nodes;
    final SortedMap<Integer, Voter> voters = new TreeMap<>();
    private final List<FrameClient> clients = new ArrayList<>();

    /// A server that is nothing but a master.
    record Voter(MasterServer master, FrameServer listening, FrameClient client) {}

    /// A session and what it was told.
    static final class Node implements SessionListener {
        MasterSession session;
        volatile List<JoiningWhole> whole = List.of();
        final List<ClusterView> views = new CopyOnWriteArrayList<>();
        volatile List<Accusation> accusations = List.of();
        volatile List<ChainEpoch> stoodDown = List.of();
        volatile Future<Void> adoption = Future.succeededFuture();
        volatile String fenced;

        @Override
        public Future<Void> onView(ClusterView view) {
            views.add(view);
            return adoption;
        }

        @Override
        public void onFenced(String reason) {
            fenced = reason;
        }

        @Override
        public void onStandDown(List<ChainEpoch> seats) {
            stoodDown = seats;
        }

        private Report report() {
            return new Report(whole, accusations, stoodDown);
        }

        boolean leased() {
            return session.hasLease(System.nanoTime());
        }
    }

    TestCluster(int voters, int nodes, Path directory) throws Exception {
        this.directory = directory;
        this.nodes = nodes;
        this.authority = CertificateAuthority.create("test", Instant.now());
        List<ServerSocket> held = new ArrayList<>();
        for (int id = 1; id <= voters; id++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
            held.add(socket);
            addresses.add(new MasterAddress(new NodeId(id), HOST, socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        for (int id = 1; id <= voters; id++) {
            startVoter(id);
        }
    }

    void startVoter(int id) throws Exception {
        FrameClient client = client(id);
        MasterAddress self = addresses.get(id - 1);
        MasterSettings settings = MasterSettings.defaults(
                RaftSettings.defaults("test-cluster", new NodeId(id), addresses,
                        directory.resolve("server-" + id)),
                IntStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList(),
                Optional.of(ROOT)).with(new TrustSettings(key, AuthoritySeal.seal(authority, key),
                        IntStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList(), 60,
                        List.of(new SharedSetting("region", "here")), refusals));
        MasterServer master = result(MasterServer.start(vertx, settings, client));
        FrameServer listening = result(FrameServer.listen(
                vertx, TRANSPORT, self.host(), self.port(), tls(id), master));
        voters.put(id, new Voter(master, listening, client));
    }

    void stopVoter(int id) throws Exception {
        Voter voter = voters.remove(id);
        result(voter.listening().close());
        result(voter.master().close());
        result(voter.client().close());
    }

    int leader() {
        until("a leader", () -> voters.values().stream().anyMatch(v -> v.master().leads()));
        return voters.entrySet().stream().filter(entry -> entry.getValue().master().leads())
                .findFirst().orElseThrow().getKey();
    }

    private FrameClient client(int id) throws Exception {
        return new FrameClient(vertx, TRANSPORT, tls(id), Optional.empty());
    }

    private Tls tls(int id) throws Exception {
        return new Tls(
                authority.issue(new PeerIdentity.Node(new NodeId(id)), List.of(HOST), Instant.now(),
                        Duration.ofDays(1)),
                authority.certificatePem());
    }

    Node node(int id, String disk) throws Exception {
        return node(id, disk, Future.succeededFuture());
    }

    Node node(NodeId id, String disk) throws Exception {
        return node(id, disk, Future.succeededFuture());
    }

    /// @param adoption what the node answers to each view
    Node node(int id, String disk, Future<Void> adoption) throws Exception {
        return node(new NodeId(id), disk, adoption);
    }

    private Node node(NodeId id, String disk, Future<Void> adoption) throws Exception {
        Node node = new Node();
        node.adoption = adoption;
        FrameClient client = client(id.server());
        clients.add(client);
        node.session = MasterSession.start(vertx,
                SessionSettings.defaults(
                        id, HOST, 7_000 + id.server(), disk, List.of(), addresses),
                client, node::report, List.of(node));
        return node;
    }

    void close() throws Exception {
        for (int id : List.copyOf(voters.keySet())) {
            stopVoter(id);
        }
        result(vertx.close());
    }

    static <T> T result(Future<T> future) throws Exception {
        return future.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
