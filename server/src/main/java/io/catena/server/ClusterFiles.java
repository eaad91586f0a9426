package io.catena.server;

import io.catena.protocol.cluster.AccessKey;
import io.catena.server.settings.SettingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The files of a cluster on one machine:
///
/// ```
/// DIR/cluster.env                   what clients need, in shell syntax
/// DIR/ca/ca.pem                     the certificate of the cluster's authority
/// DIR/server-K/settings.yaml        settings of server K
/// DIR/server-K/data/                its certificate and keys: see [TlsFiles]
/// DIR/server-K/data/root-key        the first key, until the cluster is founded
/// ```
final class ClusterFiles {
    private static final int PORTS_PER_SERVER = 10;
    private static final int VOTERS_MAX = 3;

    private final Path directory;
    private final List<String> hosts;
    private final int basePort;
    private final boolean ownHosts;
    private final int disks;

    /// @param servers how many
    /// @param hosts an address for each server; empty: all on 127.0.0.1, ten ports apart
    /// @param disks of each server: `disk`, `disk-2`, `disk-3`, … below its data
    ClusterFiles(Path directory, int servers, int basePort, List<String> hosts, int disks) {
        this.disks = disks;
        this.directory = directory.toAbsolutePath().normalize();
        this.basePort = basePort;
        this.ownHosts = !hosts.isEmpty();
        this.hosts = ownHosts ? List.copyOf(hosts)
                : IntStream.range(0, servers).mapToObj(_ -> "127.0.0.1").toList();
    }

    static boolean exist(Path directory) {
        return Files.exists(directory.resolve("cluster.env"));
    }

    /// Makes everything; `cluster.env` last, so that what broke off is made anew.
    void create() throws IOException, GeneralSecurityException {
        Files.createDirectories(directory.resolve("ca"));
        NewCluster cluster = NewCluster.create();
        Files.writeString(
                directory.resolve("ca/ca.pem"), cluster.authority().certificatePem());
        for (int server = 1; server <= hosts.size(); server++) {
            server(server, cluster);
        }
        RootKeyFile.writePrivate(
                directory.resolve("cluster.env"), environment(cluster.rootKey()));
    }

    private void server(int server, NewCluster cluster)
            throws IOException, GeneralSecurityException {
        Path home = directory.resolve("server-" + server);
        cluster.write(home.resolve("data"), server, server <= voters(),
                NewCluster.names(hosts.stream().distinct().toList(), List.of("s3.localhost")));
        Files.writeString(
                home.resolve("settings.yaml"), yaml(settings(server, cluster.id(), home)));
    }

    private Map<SettingKey, String> settings(int server, String clusterId, Path home) {
        Map<SettingKey, String> settings = new EnumMap<>(SettingKey.class);
        settings.put(SettingKey.CLUSTER_ID, clusterId);
        settings.put(SettingKey.NODE_ID, Integer.toString(server));
        settings.put(SettingKey.HOST, hosts.get(server - 1));
        settings.put(SettingKey.S3_PORT, Integer.toString(port(server)));
        settings.put(SettingKey.CONSOLE_PORT, Integer.toString(port(server) + 1));
        settings.put(SettingKey.NODE_PORT, Integer.toString(port(server) + 2));
        settings.put(SettingKey.HEALTH_PORT, Integer.toString(port(server) + 3));
        settings.put(SettingKey.DATA, home.resolve("data").toString());
        settings.put(SettingKey.DISKS, IntStream.rangeClosed(1, disks)
                .mapToObj(disk -> disk == 1 ? "disk" : "disk-" + disk)
                .collect(Collectors.joining(",")));
        settings.put(SettingKey.MASTERS, IntStream.rangeClosed(1, voters())
                .mapToObj(k -> k + "@" + hosts.get(k - 1) + ":" + (port(k) + 2))
                .collect(Collectors.joining(",")));
        settings.put(SettingKey.NODES, IntStream.rangeClosed(1, hosts.size())
                .mapToObj(Integer::toString).collect(Collectors.joining(",")));
        return settings;
    }

    private int voters() {
        return hosts.size() >= VOTERS_MAX ? VOTERS_MAX : 1;
    }

    private int port(int server) {
        return ownHosts ? basePort : basePort + PORTS_PER_SERVER * (server - 1);
    }

    static String yaml(Map<SettingKey, String> settings) {
        StringBuilder yaml = new StringBuilder();
        settings.forEach((key, value) -> yaml.append("# ").append(key.meaning()).append('\n')
                .append(key.key()).append(": \"").append(value).append("\"\n"));
        return yaml.toString();
    }

    private String environment(AccessKey rootKey) {
        String endpoints = urls(0, "");
        return """
                S3_ENDPOINTS=%s
                S3_ENDPOINT=%s
                AWS_ACCESS_KEY_ID=%s
                AWS_SECRET_ACCESS_KEY=%s
                AWS_CA_BUNDLE='%s'
                AWS_DEFAULT_REGION=us-east-1
                ADMIN_URL=%s
                METRICS_URLS=%s
                """.formatted(endpoints, endpoints.split(",")[0], rootKey.id(), rootKey.secret(),
                directory.resolve("ca/ca.pem"), url(1, 1, ""), urls(3, "/metrics"));
    }

    private String urls(int offset, String path) {
        return IntStream.rangeClosed(1, hosts.size())
                .mapToObj(server -> url(server, offset, path)).collect(Collectors.joining(","));
    }

    private String url(int server, int offset, String path) {
        String host = hosts.get(server - 1);
        return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + (port(server) + offset) + path;
    }
}
