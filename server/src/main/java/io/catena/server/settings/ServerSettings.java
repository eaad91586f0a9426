package io.catena.server.settings;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.SharedSetting;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The settings of one server, checked.
///
/// @param nodeId the first node of this server, which stands for it
/// @param disks directories, absolute, in the order of their numbers
/// @param nodes what the first chains are made of: all disks of the servers named
public record ServerSettings(
        String clusterId,
        NodeId nodeId,
        String host,
        int s3Port,
        int consolePort,
        int nodePort,
        int healthPort,
        Path data,
        List<Path> disks,
        String zone,
        List<MasterAddress> masters,
        List<NodeId> nodes,
        int replication,
        int minWriteReplicas,
        int leaseMillis,
        int heartbeatMillis,
        int copyMibPerSecond,
        int scrubMibPerSecond,
        String region,
        List<String> s3Domains,
        int shardObjectsMax,
        int shardGraceMillis,
        int certificateSeconds,
        Optional<S3Files> s3Files,
        String logLevel) {
    private static final Pattern MASTER = Pattern.compile("([1-9][0-9]*)@(.+):([0-9]+)");
    private static final Pattern SERVER = Pattern.compile("([1-9][0-9]{0,6})(?:x([0-9]{1,2}))?");
    private static final int PORT_MAX = 65_535;
    private static final int ZONE_LETTERS_MAX = 64;
    private static final int CERTIFICATE_SECONDS_MIN = 10;
    private static final int CERTIFICATE_SECONDS_MAX = 2_592_000;

    /// A certificate of the user's own for the S3 port.
    public record S3Files(Path certificate, Path key) {}

    /// Reads and checks every setting.
    ///
    /// @throws SettingsException naming the first that cannot be used
    public static ServerSettings of(ResolvedSettings from) {
        Path data = Path.of(required(from, SettingKey.DATA)).toAbsolutePath().normalize();
        List<Path> disks = list(from, SettingKey.DISKS).stream()
                .map(disk -> data.resolve(disk).normalize()).toList();
        return new ServerSettings(
                required(from, SettingKey.CLUSTER_ID),
                new NodeId(from.number(SettingKey.NODE_ID, 1, NodeId.SERVER_MAX)),
                required(from, SettingKey.HOST),
                from.number(SettingKey.S3_PORT, 0, PORT_MAX),
                from.number(SettingKey.CONSOLE_PORT, 0, PORT_MAX),
                from.number(SettingKey.NODE_PORT, 0, PORT_MAX),
                from.number(SettingKey.HEALTH_PORT, 0, PORT_MAX),
                data,
                disks,
                from.text(SettingKey.ZONE).trim(),
                list(from, SettingKey.MASTERS).stream().map(m -> master(from, m)).toList(),
                list(from, SettingKey.NODES).stream()
                        .flatMap(n -> nodes(from, n, disks.size()).stream()).toList(),
                from.number(SettingKey.REPLICATION, 1, 7),
                from.number(SettingKey.MIN_WRITE_REPLICAS, 1, 7),
                from.number(SettingKey.LEASE_MILLIS, 200, 60_000),
                from.number(SettingKey.HEARTBEAT_MILLIS, 20, 12_000),
                from.number(SettingKey.COPY_MIB_PER_SECOND, 1, 100_000),
                from.number(SettingKey.SCRUB_MIB_PER_SECOND, 1, 100_000),
                required(from, SettingKey.REGION),
                list(from, SettingKey.S3_DOMAINS),
                from.number(SettingKey.SHARD_OBJECTS_MAX, 1, Integer.MAX_VALUE),
                from.number(SettingKey.SHARD_GRACE_MILLIS, 0, Integer.MAX_VALUE),
                from.number(SettingKey.CERTIFICATE_LIFE_SECONDS, CERTIFICATE_SECONDS_MIN,
                        CERTIFICATE_SECONDS_MAX),
                s3Files(from),
                required(from, SettingKey.LOG_LEVEL));
    }

    public ServerSettings {
        masters = List.copyOf(masters);
        disks = List.copyOf(disks);
        nodes = List.copyOf(nodes);
        s3Domains = List.copyOf(s3Domains);
        check(!disks.isEmpty() && disks.size() <= NodeId.DISK_MAX,
                "disks: name at least one and at most " + NodeId.DISK_MAX);
        checkApart(disks);
        check(zone.length() <= ZONE_LETTERS_MAX, "zone: at most " + ZONE_LETTERS_MAX + " letters");
        check(!masters.isEmpty(), "masters: name at least one");
        check(masters.size() % 2 == 1, "masters: an odd number of voters decides");
        check(!nodes.isEmpty(), "nodes: name at least one");
        check(nodes.stream().distinct().count() == nodes.size(), "nodes: name each server once");
        check(heartbeatMillis * 4 <= leaseMillis,
                "heartbeat-millis: at most a quarter of lease-millis, or a lost one ends it");
    }

    /// Chains have no more replicas than the cluster started with servers.
    public int effectiveReplication() {
        return Math.min(replication, (int) nodes.stream().map(NodeId::first).distinct().count());
    }

    /// A smaller chain cannot have more members than it is made of.
    public int effectiveMinWriteReplicas() {
        return Math.min(minWriteReplicas, effectiveReplication());
    }

    /// The node that a disk is.
    ///
    /// @param number of the disk, from 1
    public NodeId node(int number) {
        return new NodeId(nodeId.server(), number);
    }

    public boolean isMaster() {
        return masters.stream().anyMatch(master -> master.node().equals(nodeId));
    }

    /// What a server that joins needs to know of these, since it is the same everywhere.
    public List<SharedSetting> shared() {
        Map<SettingKey, Object> shared = new EnumMap<>(SettingKey.class);
        shared.put(SettingKey.NODES, nodes.stream().map(NodeId::server).distinct()
                .map(server -> server + "x" + nodes.stream()
                        .filter(node -> node.server() == server).count())
                .collect(Collectors.joining(",")));
        shared.put(SettingKey.REPLICATION, replication);
        shared.put(SettingKey.MIN_WRITE_REPLICAS, minWriteReplicas);
        shared.put(SettingKey.LEASE_MILLIS, leaseMillis);
        shared.put(SettingKey.HEARTBEAT_MILLIS, heartbeatMillis);
        shared.put(SettingKey.REGION, region);
        shared.put(SettingKey.S3_DOMAINS, String.join(",", s3Domains));
        shared.put(SettingKey.SHARD_OBJECTS_MAX, shardObjectsMax);
        shared.put(SettingKey.SHARD_GRACE_MILLIS, shardGraceMillis);
        shared.put(SettingKey.CERTIFICATE_LIFE_SECONDS, certificateSeconds);
        return shared.entrySet().stream().map(entry -> new SharedSetting(
                entry.getKey().key(), String.valueOf(entry.getValue()))).toList();
    }

    private static Optional<S3Files> s3Files(ResolvedSettings from) {
        String certificate = from.text(SettingKey.S3_CERTIFICATE).trim();
        String key = from.text(SettingKey.S3_KEY).trim();
        if (certificate.isEmpty() != key.isEmpty()) {
            throw from.refuse(certificate.isEmpty() ? SettingKey.S3_CERTIFICATE
                    : SettingKey.S3_KEY, "must be set: a certificate and its key belong together");
        }
        return certificate.isEmpty() ? Optional.empty() : Optional.of(new S3Files(
                Path.of(certificate).toAbsolutePath(), Path.of(key).toAbsolutePath()));
    }

    private static String required(ResolvedSettings from, SettingKey key) {
        if (from.text(key).isBlank()) {
            throw from.refuse(key, "must be set");
        }
        return from.text(key).trim();
    }

    private static List<String> list(ResolvedSettings from, SettingKey key) {
        return Arrays.stream(from.text(key).split(","))
                .map(String::trim).filter(text -> !text.isEmpty()).toList();
    }

    private static MasterAddress master(ResolvedSettings from, String text) {
        Matcher matcher = MASTER.matcher(text);
        if (!matcher.matches()) {
            throw from.refuse(SettingKey.MASTERS, "is not a list of ID@HOST:PORT");
        }
        return new MasterAddress(new NodeId(Integer.parseInt(matcher.group(1))), matcher.group(2),
                Integer.parseInt(matcher.group(3)));
    }

    private static List<NodeId> nodes(ResolvedSettings from, String text, int ownDisks) {
        Matcher matcher = SERVER.matcher(text);
        try {
            if (matcher.matches()) {
                int server = Integer.parseInt(matcher.group(1));
                int disks = matcher.group(2) == null
                        ? ownDisks : new NodeId(server, Integer.parseInt(matcher.group(2))).disk();
                return IntStream.rangeClosed(1, disks)
                        .mapToObj(disk -> new NodeId(server, disk)).toList();
            }
        } catch (IllegalArgumentException e) {
            throw from.refuse(SettingKey.NODES, "names a server that cannot be: " + e.getMessage());
        }
        throw from.refuse(SettingKey.NODES, "is not a list of K or KxD");
    }

    /// What lies in another disk's directory would fail with it, and be taken for it.
    private static void checkApart(List<Path> disks) {
        for (Path disk : disks) {
            check(disks.stream().filter(disk::startsWith).count() == 1,
                    "disks: " + disk + " is named twice, or lies in another one");
        }
    }

    private static void check(boolean holds, String why) {
        if (!holds) {
            throw new SettingsException(why);
        }
    }
}
