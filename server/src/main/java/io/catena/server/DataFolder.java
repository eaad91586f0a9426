package io.catena.server;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.wire.TrustWire;
import io.catena.server.settings.ResolvedSettings;
import io.catena.server.settings.SettingKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A folder with everything of one server, its settings too: made by the first start of a server
/// that is a cluster of its own, or joins one. What the first start was told by flags is written
/// down; later ones need only the folder.
final class DataFolder {
    private final Path data;
    private final Map<SettingKey, String> flags;

    /// @param flags of the command line, the folder among them
    DataFolder(Path data, Map<SettingKey, String> flags) {
        this.data = data.toAbsolutePath().normalize();
        this.flags = flags;
    }

    static Path settingsFile(Path data) {
        return data.resolve("settings.yaml");
    }

    boolean isEmpty() {
        return !Files.exists(settingsFile(data));
    }

    /// The first start of a cluster of one server. The settings come last: what broke off before is
    /// made anew.
    void found() throws IOException, GeneralSecurityException {
        ResolvedSettings asked = asked();
        String host = asked.text(SettingKey.HOST);
        NewCluster cluster = NewCluster.create();
        Files.createDirectories(data);
        cluster.write(data, 1, true, names(asked));
        Map<SettingKey, String> settings = new EnumMap<>(SettingKey.class);
        settings.put(SettingKey.CLUSTER_ID, cluster.id());
        settings.put(SettingKey.NODE_ID, "1");
        settings.put(SettingKey.MASTERS,
                "1@" + host + ":" + asked.text(SettingKey.NODE_PORT));
        settings.put(SettingKey.NODES, "1");
        write(settings);
    }

    /// The first start of a server that joins a cluster.
    ///
    /// @param address of a server of the cluster, HOST:PORT
    void join(String address, Path tokenFile) throws Exception {
        JoinToken token = TrustWire.tokenOfText(Files.readString(tokenFile));
        ResolvedSettings asked = asked();
        Joining joining = new Joining(data, Joining.Place.of(address), token,
                asked.text(SettingKey.HOST), names(asked));
        write(joining.join());
        joining.end();
    }

    private ResolvedSettings asked() {
        return ResolvedSettings.ofProcess(Optional.empty(), flags);
    }

    private static List<String> names(ResolvedSettings asked) {
        return NewCluster.names(List.of(asked.text(SettingKey.HOST)),
                Arrays.stream(asked.text(SettingKey.S3_DOMAINS).split(","))
                        .map(String::trim).filter(domain -> !domain.isEmpty()).toList());
    }

    private void write(Map<SettingKey, String> settings) throws IOException {
        Map<SettingKey, String> all = new EnumMap<>(SettingKey.class);
        all.putAll(flags);
        // Where the folder is, and how much is logged, is said anew at each start; what the cluster
        // decides is not for flags.
        all.remove(SettingKey.DATA);
        all.remove(SettingKey.LOG_LEVEL);
        all.putAll(settings);
        Path fresh = data.resolve("settings.yaml.new");
        Files.writeString(fresh, ClusterFiles.yaml(all));
        Files.move(fresh, settingsFile(data), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Shows the first key until the cluster is founded with it; then nobody can show it any more.
    void printFirstKey(PrintWriter out) throws IOException {
        Path file = RootKeyFile.in(data);
        if (!Files.exists(file)) {
            return;
        }
        AccessKey key = RootKeyFile.read(file);
        out.printf("A new cluster. Its first key, which is shown only now:%n"
                        + "  access key   %s%n  secret key   %s%n  CA file      %s%n",
                key.id(), key.secret(), new TlsFiles(data).authorityFile());
        out.flush();
    }
}
