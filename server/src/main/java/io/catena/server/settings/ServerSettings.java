package io.catena.server.settings;

import io.catena.protocol.chain.NodeId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The settings of one server, checked.
public record ServerSettings(
        String clusterId,
        NodeId nodeId,
        String host,
        int s3Port,
        int consolePort,
        int nodePort,
        int healthPort,
        Path data,
        List<Master> masters,
        List<NodeId> nodes,
        int replication,
        int minWriteReplicas,
        int leaseMillis,
        int heartbeatMillis,
        String region,
        List<String> s3Domains,
        int shardObjectsMax,
        int shardGraceMillis,
        String logLevel) {
    private static final Pattern MASTER = Pattern.compile("([1-9][0-9]*)@(.+):([0-9]+)");
    private static final int PORT_MAX = 65_535;

    /// A server with a master voter.
    public record Master(NodeId node, String host, int port) {}

    /// Reads and checks every setting.
    ///
    /// @throws SettingsException naming the first that cannot be used
    public static ServerSettings of(ResolvedSettings from) {
        return new ServerSettings(
                required(from, SettingKey.CLUSTER_ID),
                new NodeId(from.number(SettingKey.NODE_ID, 1, Integer.MAX_VALUE)),
                required(from, SettingKey.HOST),
                from.number(SettingKey.S3_PORT, 0, PORT_MAX),
                from.number(SettingKey.CONSOLE_PORT, 0, PORT_MAX),
                from.number(SettingKey.NODE_PORT, 0, PORT_MAX),
                from.number(SettingKey.HEALTH_PORT, 0, PORT_MAX),
                Path.of(required(from, SettingKey.DATA)),
                list(from, SettingKey.MASTERS).stream().map(m -> master(from, m)).toList(),
                list(from, SettingKey.NODES).stream().map(n -> node(from, n)).toList(),
                from.number(SettingKey.REPLICATION, 1, 7),
                from.number(SettingKey.MIN_WRITE_REPLICAS, 1, 7),
                from.number(SettingKey.LEASE_MILLIS, 200, 60_000),
                from.number(SettingKey.HEARTBEAT_MILLIS, 20, 12_000),
                required(from, SettingKey.REGION),
                list(from, SettingKey.S3_DOMAINS),
                from.number(SettingKey.SHARD_OBJECTS_MAX, 1, Integer.MAX_VALUE),
                from.number(SettingKey.SHARD_GRACE_MILLIS, 0, Integer.MAX_VALUE),
                required(from, SettingKey.LOG_LEVEL));
    }

    public ServerSettings {
        masters = List.copyOf(masters);
        nodes = List.copyOf(nodes);
        s3Domains = List.copyOf(s3Domains);
        check(!masters.isEmpty(), "masters: name at least one");
        check(masters.size() % 2 == 1, "masters: an odd number of voters decides");
        check(!nodes.isEmpty(), "nodes: name at least one");
        check(heartbeatMillis * 4 <= leaseMillis,
                "heartbeat-millis: at most a quarter of lease-millis, or a lost one ends it");
    }

    /// Chains have no more replicas than the cluster started with servers.
    public int effectiveReplication() {
        return Math.min(replication, nodes.size());
    }

    /// A smaller chain cannot have more members than it is made of.
    public int effectiveMinWriteReplicas() {
        return Math.min(minWriteReplicas, effectiveReplication());
    }

    public boolean isMaster() {
        return masters.stream().anyMatch(master -> master.node().equals(nodeId));
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

    private static Master master(ResolvedSettings from, String text) {
        Matcher matcher = MASTER.matcher(text);
        if (!matcher.matches()) {
            throw from.refuse(SettingKey.MASTERS, "is not a list of ID@HOST:PORT");
        }
        return new Master(new NodeId(Integer.parseInt(matcher.group(1))), matcher.group(2),
                Integer.parseInt(matcher.group(3)));
    }

    private static NodeId node(ResolvedSettings from, String text) {
        try {
            return new NodeId(Integer.parseInt(text));
        } catch (IllegalArgumentException e) {
            throw from.refuse(SettingKey.NODES, "is not a list of numbers");
        }
    }

    private static void check(boolean holds, String why) {
        if (!holds) {
            throw new SettingsException(why);
        }
    }
}
