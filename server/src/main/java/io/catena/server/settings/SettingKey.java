package io.catena.server.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Every setting of a server: its name in the file, and from it `CATENA_…` and the flag; its
/// default, and what it means. Times and sizes carry their unit in the name.
public enum SettingKey {
    CLUSTER_ID("cluster-id", "", "Name of the cluster; servers of another one are refused."),
    NODE_ID("node-id", "1", "Number of this server in the cluster, from 1."),
    HOST("host", "127.0.0.1",
            "Address that this server listens on, is reached at by the others, and connects from."),
    S3_PORT("s3-port", "9000", "S3 over TLS."),
    CONSOLE_PORT("console-port", "9001", "Console and admin API over TLS."),
    NODE_PORT("node-port", "9002", "The servers among themselves, mutual TLS."),
    HEALTH_PORT("health-port", "9003", "Health and metrics over TLS."),
    DATA("data", "", "Folder with everything of this server that must survive."),
    DISKS("disks", "disk",
            "Directories of this server's disks, below `data` or absolute, comma-separated, at most"
                    + " 32. Each fails on its own when it is a device of its own, without `data`."
                    + " Never change their order."),
    ZONE("zone", "",
            "Where this server stands (rack, room, site): replicas of a chain are kept in different"
                    + " zones where there are enough. Counts when every server has one."),
    MASTERS("masters", "",
            "The servers with a master voter: ID@HOST:PORT of their node ports, comma-separated."),
    NODES("nodes", "1",
            "Numbers of the servers that the cluster starts with, comma-separated; KxD where server"
                    + " K has D disks and not as many as this one."),
    REPLICATION("replication", "3",
            "Replicas of each chain. Higher: survives more failures; lower: less disk."),
    MIN_WRITE_REPLICAS("min-write-replicas", "2",
            "With fewer members than this a chain takes no writes (at most `replication`)."),
    LEASE_MILLIS("lease-millis", "1200",
            "How long a server serves without hearing from the master. Higher: survives longer"
                    + " pauses without leaving its chains; lower: writes resume sooner after a"
                    + " failure."),
    HEARTBEAT_MILLIS("heartbeat-millis", "240",
            "How often a server asks for its lease. A fifth of the lease or less."),
    COPY_MIB_PER_SECOND("copy-mib-per-second", "100",
            "What each disk takes at most from others to fill its replicas. Higher: chains are"
                    + " whole again sooner; lower: more is left for clients."),
    SCRUB_MIB_PER_SECOND("scrub-mib-per-second", "32",
            "What each disk reads at most to verify what it holds. Higher: damage is found sooner;"
                    + " lower: more is left for clients."),
    REGION("region", "us-east-1", "The S3 region that clients sign for."),
    S3_DOMAINS("s3-domains", "s3.localhost",
            "Domains for virtual-host addressing (BUCKET.DOMAIN), comma-separated."),
    SHARD_OBJECTS_MAX("shard-objects-max", "1000000",
            "A bucket's index shard with more objects is cut in four, up to 64. Lower: more chains"
                    + " share a bucket's writes, and listings ask more of them."),
    SHARD_GRACE_MILLIS("shard-grace-millis", "900000",
            "How long the chain that a shard was moved from keeps its records, for eventual reads"
                    + " at servers that the master does not reach. Higher: costs space longer."),
    CERTIFICATE_LIFE_SECONDS("certificate-life-seconds", "2592000",
            "How long the certificates of servers last, 30 days at most; they are renewed at two"
                    + " thirds. Lower: a stolen one is worth less; higher: servers bear a longer"
                    + " time without a master."),
    S3_CERTIFICATE("s3-certificate", "",
            "PEM file with the certificate of the S3 port, its authorities behind it; read again"
                    + " when it changes. Empty: the cluster's own authority certifies the port."),
    S3_KEY("s3-key", "", "PEM file with the private key to `s3-certificate`."),
    LOG_LEVEL("log-level", "info", "error, warn, info, debug or trace.");

    private final String key;
    private final String byDefault;
    private final String meaning;

    SettingKey(String key, String byDefault, String meaning) {
        this.key = key;
        this.byDefault = byDefault;
        this.meaning = meaning;
    }

    /// The setting of this name in settings files.
    public static Optional<SettingKey> named(String name) {
        return Arrays.stream(values()).filter(key -> key.key.equals(name)).findFirst();
    }

    /// As in the settings file.
    public String key() {
        return key;
    }

    public String variable() {
        return "CATENA_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    public String flag() {
        return "--" + key;
    }

    public String byDefault() {
        return byDefault;
    }

    public String meaning() {
        return meaning;
    }
}
