package io.catena.server;

import io.catena.admin.AdminApi;
import io.catena.admin.Administration;
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
import io.catena.master.api.TrustSettings;
import io.catena.master.raft.RaftSettings;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.s3.S3Gateway;
import io.catena.s3.S3Settings;
import io.catena.server.metrics.Metrics;
import io.catena.server.settings.ServerSettings;
import io.catena.transport.ClusterKey;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameServer;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.Refusals;
import io.catena.transport.TransportSettings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
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
    private final Refusals refusals = new Refusals();
    private final TlsFiles tlsFiles;
    private final Certificates certificates;
    private final PublicTls serverTls;
    private final PublicTls s3Tls;
    private final TransportSettings transport;
    private final FrameClient client;
    private final LocalNodes nodes = new LocalNodes();
    private final ServerSessions sessions = new ServerSessions(this::onView);
    private final NodePortHandler nodePort = new NodePortHandler(
            nodes, refusals, () -> sessions.view().removedServers());
    private final ProcessEnd end = new ProcessEnd();
    private final TcpLinks links;
    private final ClusterTopology topology;
    private final ChainClient chains;
    private final Disks disks;
    private volatile Optional<FrameServer> frames = Optional.empty();
    private volatile Optional<MasterServer> master = Optional.empty();
    private volatile Optional<String> gateways = Optional.empty();
    private volatile boolean firstKeyForgotten;

    CatenaServer(ServerSettings settings) throws IOException, GeneralSecurityException {
        this.settings = settings;
        this.tlsFiles = new TlsFiles(settings.data());
        Duration life = Duration.ofSeconds(settings.certificateSeconds());
        KeyAndCertificate own = tlsFiles.certified(
                settings.nodeId(), settings.isMaster(), life, Instant.now());
        this.serverTls = new PublicTls(own);
        this.s3Tls = settings.s3Files().isPresent()
                ? new PublicTls(S3Certificate.read(settings.s3Files().get())) : new PublicTls(own);
        this.vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        this.certificates = new Certificates(vertx, tlsFiles, life, own, tlsFiles.authorityPem(),
                (request, names) -> sessions.call(
                        session -> session.renewCertificate(request, names)));
        this.transport = TransportSettings.defaults(settings.clusterId());
        this.client = new FrameClient(
                vertx, transport, certificates.tls(), Optional.of(settings.host()));
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
        Health health = listenToServers()
                .compose(_ -> startMaster())
                .compose(_ -> startHealth())
                .await(START_SECONDS_MAX, TimeUnit.SECONDS);
        startCertificates();
        disks.open();
        disks.settled().onSuccess(_ -> startGateway(health));
        LOG.info("server {} is up", settings.nodeId().server());
        stopped.await();
    }

    private Future<Void> listenToServers() {
        JoinPort joining = new JoinPort(settings.masters(), refusals, () -> master);
        return FrameServer.listen(vertx, transport, settings.host(), settings.nodePort(),
                        certificates.tls(),
                        new FrameServer.Callers(nodePort, Optional.of(joining), refusals))
                .onSuccess(listening -> frames = Optional.of(listening)).mapEmpty();
    }

    private void startCertificates() {
        certificates.onRenewed(client::renew);
        certificates.onRenewed(tls -> frames.orElseThrow().renew(tls));
        certificates.onRenewed(tls -> serverTls.show(tls.own()));
        settings.s3Files().ifPresentOrElse(
                files -> new S3Certificate(vertx, files, s3Tls).start(),
                () -> certificates.onRenewed(tls -> s3Tls.show(tls.own())));
        certificates.start();
    }

    /// A newer view of the cluster, whichever disk's session brought it.
    private void onView(ClusterView view) {
        if (!view.removedServers().isEmpty()) {
            frames.ifPresent(listening -> listening.closeAll(nodePort::isRemoved));
        }
        if (!view.keys().isEmpty() && !firstKeyForgotten) {
            firstKeyForgotten = true;
            forgetFirstKey();
        }
        links.nodes(view.nodes().values());
        topology.connect(view);
        chains.topologyChanged();
    }

    /// The cluster has it now, sealed: nobody shall find it here.
    private void forgetFirstKey() {
        Callable<Boolean> delete = () -> Files.deleteIfExists(RootKeyFile.in(settings.data()));
        vertx.executeBlocking(delete, false).onFailure(e ->
                LOG.warn("the first key stays in {}", RootKeyFile.in(settings.data()), e));
    }

    private MasterSettings masterSettings() throws IOException {
        ClusterKey key = tlsFiles.clusterKey();
        RaftSettings raft = RaftSettings.defaults(settings.clusterId(), settings.nodeId(),
                settings.masters(), settings.data().resolve("raft")).sealedWith(key);
        return new MasterSettings(raft, settings.nodes(),
                settings.replication(), settings.leaseMillis(), REPLACE_AFTER_MILLIS,
                Math.max(PAIR_CUT_MILLIS, settings.leaseMillis()), MASTER_TICK_MILLIS,
                RootKeyFile.find(settings.data()),
                Optional.of(new TrustSettings(key, tlsFiles.sealedAuthority(), settings.nodes(),
                        settings.certificateSeconds(), settings.shared(), refusals)));
    }

    private Future<Void> startMaster() {
        if (!settings.isMaster()) {
            return Future.succeededFuture();
        }
        MasterSettings masterSettings;
        try {
            masterSettings = masterSettings();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        return MasterServer.start(vertx, masterSettings, client).map(started -> {
            master = Optional.of(started);
            nodePort.serve(started);
            return null;
        });
    }

    private Future<Health> startHealth() {
        Metrics metrics = new Metrics(nodes::replicas);
        disks.all().forEach(disk -> metrics.watchDisk(disk.id().disk(), disk::figures));
        metrics.watchRefusals(refusals);
        metrics.watchCertificate(
                () -> certificates.left().toSeconds(), certificates::renewals);
        Health health = new Health(sessions::view, () -> sessions.hasLease(System.nanoTime()),
                disks::describe, settings.replication(), metrics);
        HttpServerOptions options =
                serverTls.options(settings.host(), settings.healthPort());
        return serverTls.listen(
                vertx.createHttpServer(options).requestHandler(health), options).map(health);
    }

    /// The gateway answers from the moment a disk of this process has its seat, or none works.
    private void startGateway(Health health) {
        Buckets buckets = new MasterBuckets(sessions);
        ObjectStorage storage = new ChainObjectStorage(vertx, buckets, chains,
                System::currentTimeMillis, ObjectSettings.DEFAULTS);
        S3Settings s3 = new S3Settings(
                settings.region(), settings.s3Domains(), S3_IDLE_SECONDS);
        S3Gateway gateway = new S3Gateway(
                vertx, storage, s3, health.metrics()::s3Request);
        HttpServerOptions options = S3Gateway.limits(
                s3Tls.options(settings.host(), settings.s3Port()), s3);
        vertx.deployVerticle(() -> new GatewayVerticle(s3Tls, options, gateway),
                        new DeploymentOptions().setInstances(GATEWAY_LOOPS))
                .onSuccess(deployed -> {
                    gateways = Optional.of(deployed);
                    LOG.info("S3 on {}:{}", settings.host(), settings.s3Port());
                })
                .onFailure(e -> end.now("the S3 port cannot be served", e));
        startAdminApi(new MasterAdministration(
                settings.clusterId(), settings.masters(), sessions, health, storage));
        caretaker(buckets).start(vertx);
    }

    private void startAdminApi(Administration cluster) {
        AdminApi api = new AdminApi(cluster, settings.region(), InstantSource.system());
        HttpServerOptions options = AdminApi.limits(
                serverTls.options(settings.host(), settings.consolePort()));
        serverTls.listen(vertx.createHttpServer(options).requestHandler(api), options)
                .onSuccess(_ -> LOG.info("admin API on {}:{}", settings.host(),
                        settings.consolePort()))
                .onFailure(e -> end.now("the console port cannot be served", e));
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
