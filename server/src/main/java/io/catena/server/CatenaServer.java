package io.catena.server;

import io.catena.chain.link.tcp.TcpLinks;
import io.catena.chain.node.NodeListener;
import io.catena.chain.node.ScrubSettings;
import io.catena.chain.node.StorageNode;
import io.catena.chain.replica.NodeReport;
import io.catena.chain.replica.ReplicaSettings;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.BodyStore.BodyDamage;
import io.catena.chain.store.DiskDamage;
import io.catena.chain.store.DiskStore;
import io.catena.chain.store.lmdb.LmdbDisk;
import io.catena.chain.store.lmdb.LmdbSettings;
import io.catena.client.chain.ChainClient;
import io.catena.client.chain.ChainClientSettings;
import io.catena.client.master.ClusterView;
import io.catena.client.master.MasterSession;
import io.catena.client.master.SessionListener;
import io.catena.client.master.SessionSettings;
import io.catena.client.object.Buckets;
import io.catena.client.object.ChainObjectStorage;
import io.catena.client.object.Janitor;
import io.catena.client.object.ObjectSettings;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.OrphanSweep;
import io.catena.master.api.MasterServer;
import io.catena.master.api.MasterSettings;
import io.catena.master.raft.RaftSettings;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.s3.S3Gateway;
import io.catena.s3.S3Settings;
import io.catena.server.metrics.Metrics;
import io.catena.server.settings.ServerSettings;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameServer;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.Tls;
import io.catena.transport.TransportSettings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One server, put together: disk, transport, master voter, session with the master, storage node,
/// gateway, health. The only place that knows all parts; it reads as a table of contents.
final class CatenaServer {
    private static final Logger LOG = LoggerFactory.getLogger(CatenaServer.class);
    private static final int MASTER_TICK_MILLIS = 50;
    private static final int REPLACE_AFTER_MILLIS = 60_000;
    private static final int PAIR_CUT_MILLIS = 3_000;
    private static final int CALL_MILLIS = 10_000;
    private static final int START_SECONDS_MAX = 60;
    private static final int STOP_SECONDS_MAX = 15;
    private static final int LEAVE_MILLIS_MAX = 2_000;
    private static final int END_SECONDS_MAX = 2;
    private static final int LEAVE_TICK_MILLIS = 5;
    private static final int S3_IDLE_SECONDS = 300;
    private static final int GATEWAY_LOOPS =
            Math.max(2, Runtime.getRuntime().availableProcessors());

    private final ServerSettings settings;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ConcurrentSkipListMap<ChainId, JoiningWhole> joined =
            new ConcurrentSkipListMap<>();
    private final NodePortHandler nodePort = new NodePortHandler();
    private final Vertx vertx;
    private final KeyAndCertificate certificate;
    private final Tls tls;
    private final TransportSettings transport;
    private final FrameClient client;
    private volatile Optional<MasterServer> master = Optional.empty();
    private volatile Optional<DiskStore> disk = Optional.empty();
    private volatile Optional<MasterSession> session = Optional.empty();
    private volatile Optional<StorageNode> node = Optional.empty();
    private volatile Optional<TcpLinks> links = Optional.empty();
    private volatile Optional<ClusterTopology> topology = Optional.empty();
    private volatile Optional<ChainClient> chains = Optional.empty();
    private volatile Optional<String> gateways = Optional.empty();
    private volatile boolean stopping;

    CatenaServer(ServerSettings settings) throws IOException {
        this.settings = settings;
        this.vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        Path tlsFiles = settings.data().resolve("tls");
        this.certificate = KeyAndCertificate.read(
                tlsFiles.resolve("node.key"), tlsFiles.resolve("node.pem"));
        this.tls = new Tls(certificate, Files.readString(tlsFiles.resolve("ca.pem")));
        this.transport = TransportSettings.defaults(settings.clusterId());
        this.client = new FrameClient(vertx, transport, tls, Optional.of(settings.host()));
    }

    /// Runs until [#stop].
    void run() throws Exception {
        LOG.info("server {} of {} starts on {}, data in {}", settings.nodeId().value(),
                settings.clusterId(), settings.host(), settings.data());
        Metrics metrics = FrameServer
                .listen(vertx, transport, settings.host(), settings.nodePort(), tls, nodePort)
                .compose(_ -> startMaster())
                .compose(_ -> startHealth())
                .await(START_SECONDS_MAX, TimeUnit.SECONDS);
        DiskStore opened = openDisk();
        startSession(opened);
        startGateway(metrics);
        LOG.info("server {} is up", settings.nodeId().value());
        stopped.await();
    }

    private Future<Void> startMaster() {
        if (!settings.isMaster()) {
            return Future.succeededFuture();
        }
        RaftSettings raft = RaftSettings.defaults(settings.clusterId(), settings.nodeId(),
                masterAddresses(), settings.data().resolve("raft"));
        MasterSettings masterSettings;
        try {
            masterSettings = new MasterSettings(raft, settings.nodes(),
                    settings.effectiveReplication(), settings.leaseMillis(), REPLACE_AFTER_MILLIS,
                    Math.max(PAIR_CUT_MILLIS, settings.leaseMillis()), MASTER_TICK_MILLIS,
                    Optional.of(RootKeyFile.read(settings.data().resolve("root-key"))));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        return MasterServer.start(vertx, masterSettings, client).map(started -> {
            master = Optional.of(started);
            nodePort.serve(started);
            return null;
        });
    }

    private List<MasterAddress> masterAddresses() {
        return settings.masters().stream()
                .map(m -> new MasterAddress(m.node(), m.host(), m.port())).toList();
    }

    /// Verifies what the disk holds, which takes as long as it takes; the master and the health
    /// answer meanwhile.
    private DiskStore openDisk() throws IOException {
        long totalBytes = Files.getFileStore(settings.data()).getTotalSpace();
        DiskStore opened = LmdbDisk.open(settings.data().resolve("disk"),
                LmdbSettings.onFileSystem(totalBytes), System::currentTimeMillis);
        disk = Optional.of(opened);
        return opened;
    }

    private void startSession(DiskStore disk) {
        List<ChainId> partial = disk.chains().stream()
                .filter(chain -> !disk.chain(chain).recovered().whole()).toList();
        SessionSettings sessionSettings = new SessionSettings(settings.nodeId(), settings.host(),
                settings.nodePort(), disk.identity(), partial, masterAddresses(),
                settings.heartbeatMillis(), CALL_MILLIS);
        MasterSession started = MasterSession.start(vertx, sessionSettings, client,
                () -> NodeReport.of(joined.values(), replicas()), List.of(new Views()));
        session = Optional.of(started);
        started.registered().onSuccess(self -> startNode(self, disk));
    }

    /// Called with this process' seat, before the first view of the cluster is taken.
    private void startNode(Member self, DiskStore disk) {
        TcpLinks peers = new TcpLinks(vertx, client, self.node(), linked ->
                node.ifPresent(started -> started.linkUp(linked)));
        StorageNode started = new StorageNode(vertx, self,
                ReplicaSettings.defaults(settings.effectiveMinWriteReplicas()), disk, peers,
                new Reports(), this::leaseUntilNanos, ScrubSettings.DEFAULTS);
        links = Optional.of(peers);
        topology = Optional.of(new ClusterTopology(
                vertx, client, self.node(), new LocalNode(started), this::view));
        node = Optional.of(started);
        nodePort.serve(started);
    }

    private long leaseUntilNanos() {
        return stopping ? System.nanoTime() - 1
                : session.map(MasterSession::leaseUntilNanos).orElse(Long.MIN_VALUE);
    }

    private Future<Metrics> startHealth() {
        Metrics metrics = new Metrics(this::replicas);
        metrics.watchDisk(() -> disk.map(DiskStore::damage).orElse(DiskDamage.NONE),
                () -> disk.map(opened -> opened.bodies().damage()).orElse(BodyDamage.NONE),
                () -> node.map(StorageNode::scrubStatus));
        Health health = new Health(this::view,
                () -> session.filter(s -> s.hasLease(System.nanoTime())).isPresent(),
                settings.effectiveReplication(), metrics);
        return vertx.createHttpServer(publicOptions(settings.healthPort()))
                .requestHandler(health).listen().map(metrics);
    }

    /// The gateway answers from the moment this process has its seat; before, nobody listens.
    private void startGateway(Metrics metrics) {
        session.orElseThrow().registered().onSuccess(self -> {
            ChainClient asked = new ChainClient(
                    vertx, topology.orElseThrow(), Optional.of(self.node()),
                            ChainClientSettings.defaults());
            chains = Optional.of(asked);
            Buckets buckets = new MasterBuckets(session.orElseThrow());
            ObjectStorage storage = new ChainObjectStorage(vertx, buckets, asked,
                    System::currentTimeMillis, ObjectSettings.DEFAULTS);
            S3Settings s3 = new S3Settings(
                    settings.region(), settings.s3Domains(), S3_IDLE_SECONDS);
            S3Gateway gateway = new S3Gateway(vertx, storage, s3, metrics::s3Request);
            HttpServerOptions options = S3Gateway.limits(publicOptions(settings.s3Port()), s3);
            vertx.deployVerticle(() -> new GatewayVerticle(options, gateway),
                            new DeploymentOptions().setInstances(GATEWAY_LOOPS))
                    .onSuccess(deployed -> {
                        gateways = Optional.of(deployed);
                        LOG.info("S3 on {}:{}", settings.host(), settings.s3Port());
                    })
                    .onFailure(e -> halt("the S3 port cannot be served", e));
            caretaker(asked, buckets).start(vertx);
        });
    }

    private Caretaker caretaker(ChainClient asked, Buckets buckets) {
        return new Caretaker(
                new Janitor(vertx, asked, ObjectSettings.DEFAULTS, System::currentTimeMillis),
                new OrphanSweep(vertx, asked, buckets, ObjectSettings.DEFAULTS,
                        System::currentTimeMillis, () -> System.nanoTime() / 1_000_000),
                this::replicas);
    }

    private HttpServerOptions publicOptions(int port) {
        return Tls.serverOptions(
                new HttpServerOptions().setHost(settings.host()).setPort(port), certificate);
    }

    private ClusterView view() {
        return session.map(MasterSession::view).orElse(ClusterView.EMPTY);
    }

    private Map<ChainId, ReplicaStatus> replicas() {
        return node.map(StorageNode::status).orElse(Map.of());
    }

    /// Orderly: gives the lease back, so that nobody waits for it; while the chains go on without
    /// this server it still passes updates on; then it answers the requests in flight, hands the
    /// master's leadership over, and closes the disk.
    void stop() {
        LOG.info("server {} stops", settings.nodeId().value());
        stopping = true;
        node.ifPresent(StorageNode::pauseScrub);
        try {
            session.map(MasterSession::giveBack).orElse(Future.succeededFuture())
                    .compose(_ -> seatsLeft(System.nanoTime()))
                    .eventually(() -> gateways.map(vertx::undeploy)
                            .orElse(Future.succeededFuture()))
                    .eventually(() -> master.map(MasterServer::close)
                            .orElse(Future.succeededFuture()))
                    .await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (Exception e) {
            LOG.warn("the master did not take leave: {}", e.toString());
        }
        LOG.info("server {} has left", settings.nodeId().value());
        disk.ifPresent(DiskStore::close);
        stopped.countDown();
    }

    /// Complete when no chain that has other members has one here; after a while anyhow: perhaps
    /// there is no master to remove this server, or nobody else to go on.
    private Future<Void> seatsLeft(long sinceNanos) {
        boolean late = (System.nanoTime() - sinceNanos) / 1_000_000 > LEAVE_MILLIS_MAX;
        return late || view().chains().values().stream().noneMatch(this::isMissedBy)
                ? Future.succeededFuture()
                : vertx.timer(LEAVE_TICK_MILLIS).compose(_ -> seatsLeft(sinceNanos));
    }

    private boolean isMissedBy(ChainConfiguration chain) {
        return chain.members().size() > 1 && chain.members().stream()
                .anyMatch(member -> member.node().equals(settings.nodeId()));
    }

    /// Ends the process at once: what it would do next cannot be trusted.
    private static void halt(String why, Throwable cause) {
        LOG.error("{}: this process ends", why, cause);
        Runtime.getRuntime().halt(Main.FAILURE);
    }

    /// Nothing here serves any more, and the lease is given back, so that the chains go on at once;
    /// then the process ends, even if all that writes hangs with the disk, the log too.
    private void endWithoutDisk(String reason) {
        if (stopping) {
            return;
        }
        stopping = true;
        Thread.ofPlatform().daemon().name("end").start(this::endSoon);
        node.ifPresent(started -> started.diskFailed(reason));
        session.map(MasterSession::giveBack).orElse(Future.succeededFuture()).onComplete(_ ->
                halt("the disk cannot be relied on (" + reason + ")", null));
    }

    private void endSoon() {
        try {
            stopped.await(END_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Main.FAILURE);
    }

    /// Brings the cluster's state to the parts that act on it.
    private final class Views implements SessionListener {
        @Override
        public Future<Void> onView(ClusterView view) {
            links.ifPresent(all -> all.nodes(view.nodes().values()));
            topology.ifPresent(all -> all.connect(view));
            chains.ifPresent(ChainClient::topologyChanged);
            return node.map(started -> started.configurations(view.chains().values()))
                    .orElse(Future.succeededFuture());
        }

        @Override
        public void onStandDown(List<ChainEpoch> seats) {
            LOG.warn("the master goes on without this server in {}", seats);
            node.ifPresent(started ->
                    seats.forEach(seat -> started.standDown(seat.chain(), seat.epoch())));
        }

        @Override
        public void onFenced(String reason) {
            if (!stopping) {
                halt("fenced by the master (" + reason + ")", null);
            }
        }
    }

    /// Takes what the storage node reports.
    private final class Reports implements NodeListener {
        @Override
        public void joined(ChainId chain, Epoch epoch, Member joining) {
            joined.put(chain, new JoiningWhole(chain, epoch, joining));
        }

        @Override
        public void diskFailed(String reason) {
            endWithoutDisk(reason);
        }

        @Override
        public void invariantViolated(ChainId chain, RuntimeException violation) {
            halt("chain " + chain + " violates an invariant", violation);
        }
    }
}
