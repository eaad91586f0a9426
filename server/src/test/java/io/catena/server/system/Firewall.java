package io.catena.server.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Drops packets between the servers of one cluster whose servers have an address each. Its rules
/// name the cluster's ports, so that other clusters at the same addresses keep their links.
final class Firewall implements AutoCloseable {
    private static final Duration MOST = Duration.ofSeconds(20);

    private final Shell shell = new Shell(Path.of("."), Map.of());
    private final List<String> hosts;
    private final String ports;
    private final String table;

    /// @param port the first of the four that every server listens on
    Firewall(List<String> hosts, int port) {
        this.hosts = List.copyOf(hosts);
        this.ports = port + "-" + (port + 3);
        this.table = "catena_test_" + port;
        heal();
        nft("add table inet " + table);
        nft("add chain inet " + table + " in { type filter hook input priority 0 ; }");
    }

    private void nft(String command) {
        shell.run(MOST, "nft", command);
    }

    /// Nothing that server `from` sends arrives at server `to`.
    void cutOneWay(int from, int to) {
        String rule = "add rule inet %s in ip saddr %s ip daddr %s tcp %s { %s } drop";
        for (String end : List.of("sport", "dport")) {
            nft(rule.formatted(table, hosts.get(from - 1), hosts.get(to - 1), end, ports));
        }
    }

    void cut(int one, int other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /// Server `host` and all others hear nothing of each other.
    void cutOff(int host) {
        for (int other = 1; other <= hosts.size(); other++) {
            if (other != host) {
                cut(host, other);
            }
        }
    }

    /// Nothing that server `host` sends arrives at any other.
    void mute(int host) {
        for (int other = 1; other <= hosts.size(); other++) {
            if (other != host) {
                cutOneWay(host, other);
            }
        }
    }

    /// Nothing that any other sends arrives at server `host`.
    void deafen(int host) {
        for (int other = 1; other <= hosts.size(); other++) {
            if (other != host) {
                cutOneWay(other, host);
            }
        }
    }

    /// All links are whole again.
    void mend() {
        nft("flush table inet " + table);
    }

    private void heal() {
        // Creating a table that is there is no failure; deleting one that is not is.
        nft("add table inet " + table);
        nft("delete table inet " + table);
    }

    @Override
    public void close() {
        heal();
    }
}
