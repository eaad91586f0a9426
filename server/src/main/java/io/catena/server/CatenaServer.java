package io.catena.server;

import io.catena.chain.link.tcp.TcpLinks;
import io.catena.client.chain.ChainClient;
import io.catena.client.chain.ChainClientSettings;
import io.catena.client.master.ClusterView;
import io.catena.client.object.Buckets;
import io.catena.client.object.ChainObjectStorage;
import io.catena.client.object.Janitor;
import io.catena.client.object.ObjectSettings;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.OrphanSweep;
import io.catena.client.object.ShardDriver;
import io.catena.client.object.ShardSettings;
import io.catena.master.api.MasterServer;
import io.catena.master.api.MasterSettings;
import io.catena.master.raft.RaftSettings;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One server, put together: transport, master voter, disks as nodes with a session each, gateway,
/// health. The only place that knows all parts; it reads as a table of contents.
final class CatenaServer {
    private static final Logger LOG = LoggerFactory.getLogger(CatenaServer.class);
    private static final int MASTER_TICK_MILLIS = 50;
    private static final int REPLACE_AFTER_MILLIS = 60_000;
    private static final int PAIR_CUT_MILLIS = 3_000;
    private static final int START_SECONDS_MAX = 60;
    private static final int STOP_SECONDS_MAX = 15;
    private static final int LEAVE_MILLIS_MAX = 2_000;
    private static final int LEAVE_TICK_MILLIS = 5;
    private static final int S3_IDLE_SECONDS = 300;
    private static final int GATEWAY_LOOPS =
            Math.max(2, Runtime.getRuntime().availableProcessors());

    private final ServerSettings settings;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Vertx vertx;
    private final KeyAndCertificate certificate;
    private final Tls tls;
    private final TransportSettings transport;
    private final FrameClient client;
    private final LocalNodes nodes = new LocalNodes();
    private final ServerSessions sessions = new ServerSessions(this::onView);
    private final NodePortHandler nodePort = new NodePortHandler(nodes);
    private final ProcessEnd end = new ProcessEnd();
    private final TcpLinks links;
    private final ClusterTopology topology;
    private final ChainClient chains;
    private final Disks disks;
    private volatile Optional<MasterServer> master = Optional.empty();
    private volatile Optional<String> gateways = Optional.empty();

    CatenaServer(ServerSettings settings) throws IOException {
        this.settings = settings;
        this.vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        Path tlsFiles = settings.data().resolve("tls");
        this.certificate = KeyAndCertificate.read(
                tlsFiles.resolve("node.key"), tlsFiles.resolve("node.pem"));
        this.tls = new Tls(certificate, Files.readString(tlsFiles.resolve("ca.pem")));
        this.transport = TransportSettings.defaults(settings.clusterId());
        this.client = new FrameClient(vertx, transport, tls, Optional.of(settings.host()));
        this.links = new TcpLinks(vertx, client, settings.nodeId(), nodes);
        this.topology = new ClusterTopology(vertx, client, settings.nodeId(), nodes, sessions);
        this.chains = new ChainClient(vertx, topology, Optional.of(settings.nodeId()),
                ChainClientSettings.defaults());
        this.disks = new Disks(
                new DiskParts(vertx, settings, client, links, nodes, sessions, end));
    }

    /// Runs until [#stop].
    void run() throws Exception {
        LOG.info("server {} of {} starts on {}, data in {}", settings.nodeId().server(),
                settings.clusterId(), settings.host(), settings.data());
        Metrics metrics = FrameServer
                .listen(vertx, transport, settings.host(), settings.nodePort(), tls, nodePort)
                .compose(_ -> startMaster())
                .compose(_ -> startHealth())
                .await(START_SECONDS_MAX, TimeUnit.SECONDS);
        disks.open();
        disks.settled().onSuccess(_ -> startGateway(metrics));
        LOG.info("server {} is up", settings.nodeId().server());
        stopped.await();
    }

    /// A newer view of the cluster, whichever disk's session brought it.
    private void onView(ClusterView view) {
        links.nodes(view.nodes().values());
        topology.connect(view);
        chains.topologyChanged();
    }

    private Future<Void> startMaster() {
        if (!settings.isMaster()) {
            return Future.succeededFuture();
        }
        RaftSettings raft = RaftSettings.defaults(settings.clusterId(), settings.nodeId(),
                settings.masters(), settings.data().resolve("raft"));
        MasterSettings masterSettings;
        try {
            masterSettings = new MasterSettings(raft, settings.nodes(),
                    settings.replication(), settings.leaseMillis(), REPLACE_AFTER_MILLIS,
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

    private Future<Metrics> startHealth() {
        Metrics metrics = new Metrics(nodes::replicas);
        disks.all().forEach(disk -> metrics.watchDisk(disk.id().disk(), disk::figures));
        Health health = new Health(sessions::view, () -> sessions.hasLease(System.nanoTime()),
                disks::describe, settings.replication(), metrics);
        return vertx.createHttpServer(publicOptions(settings.healthPort()))
                .requestHandler(health).listen().map(metrics);
    }

    /// The gateway answers from the moment a disk of this process has its seat, or none works.
    private void startGateway(Metrics metrics) {
        Buckets buckets = new MasterBuckets(sessions);
        ObjectStorage storage = new ChainObjectStorage(vertx, buckets, chains,
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
                .onFailure(e -> end.now("the S3 port cannot be served", e));
        caretaker(buckets).start(vertx);
    }

    private Caretaker caretaker(Buckets buckets) {
        return new Caretaker(
                new Janitor(vertx, chains, ObjectSettings.DEFAULTS, System::currentTimeMillis),
                new OrphanSweep(vertx, chains, ObjectSettings.DEFAULTS,
                        System::currentTimeMillis, () -> System.nanoTime() / 1_000_000),
                new ShardDriver(buckets, chains, new ShardSettings(
                        settings.shardObjectsMax(), settings.shardGraceMillis()),
                        this::hasHead, System::nanoTime),
                nodes::replicas);
    }

    private boolean hasHead(ChainId chain) {
        return sessions.view().chain(chain).filter(configuration ->
                configuration.head().node().sharesServer(settings.nodeId())).isPresent();
    }

    private HttpServerOptions publicOptions(int port) {
        return Tls.serverOptions(
                new HttpServerOptions().setHost(settings.host()).setPort(port), certificate);
    }

    /// Orderly: gives the leases back, so that nobody waits for them; while the chains go on
    /// without this server it still passes updates on; then it answers the requests in flight,
    /// hands the master's leadership over, and closes the disks.
    void stop() {
        LOG.info("server {} stops", settings.nodeId().server());
        try {
            disks.giveBack()
                    .compose(_ -> seatsLeft(System.nanoTime()))
                    .eventually(() -> gateways.map(vertx::undeploy)
                            .orElse(Future.succeededFuture()))
                    .eventually(() -> master.map(MasterServer::close)
                            .orElse(Future.succeededFuture()))
                    .await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (Exception e) {
            LOG.warn("the master did not take leave: {}", e.toString());
        }
        LOG.info("server {} has left", settings.nodeId().server());
        closeDisks();
        stopped.countDown();
    }

    private void closeDisks() {
        try {
            disks.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Complete when no chain that has other members has one here; after a while anyhow: perhaps
    /// there is no master to remove this server, or nobody else to go on.
    private Future<Void> seatsLeft(long sinceNanos) {
        boolean late = (System.nanoTime() - sinceNanos) / 1_000_000 > LEAVE_MILLIS_MAX;
        return late || sessions.view().chains().values().stream().noneMatch(this::isMissedBy)
                ? Future.succeededFuture()
                : vertx.timer(LEAVE_TICK_MILLIS).compose(_ -> seatsLeft(sinceNanos));
    }

    private boolean isMissedBy(ChainConfiguration chain) {
        return chain.members().size() > 1 && chain.members().stream()
                .anyMatch(member -> member.node().sharesServer(settings.nodeId()));
    }
}
