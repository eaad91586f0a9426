package io.catena.protocol.chain;

/// One disk of one server: what has a lease and seats in chains. Servers are numbered from 1 when
/// they first join, never used again for another; the disks of a server from 1 in the order of its
/// settings. Where a server as a whole is meant, its first node stands for it ([#first]).
///
/// As a number, in messages and stored state: the disk less 1 in bits 24 to 28, the server below.
/// So the first node of a server is its number.
public record NodeId(int server, int disk) implements Comparable<NodeId> {
    /// Seven digits, as certificates have them.
    public static final int SERVER_MAX = 9_999_999;
    public static final int DISK_MAX = 32;
    private static final int DISK_SHIFT = 24;
    private static final int SERVER_MASK = (1 << DISK_SHIFT) - 1;

    public NodeId {
        if (server < 1 || server > SERVER_MAX) {
            throw new IllegalArgumentException("servers are 1 to " + SERVER_MAX + ": " + server);
        }
        if (disk < 1 || disk > DISK_MAX) {
            throw new IllegalArgumentException("disks are 1 to " + DISK_MAX + ", got " + disk);
        }
    }

    /// The first node of a server.
    public NodeId(int server) {
        this(server, 1);
    }

    /// @throws IllegalArgumentException when no node has this number
    public static NodeId ofNumber(int number) {
        return new NodeId(number & SERVER_MASK, (number >>> DISK_SHIFT) + 1);
    }

    public int number() {
        return disk - 1 << DISK_SHIFT | server;
    }

    /// The first node of the same server.
    public NodeId first() {
        return disk == 1 ? this : new NodeId(server, 1);
    }

    /// Whether a failure of one server takes both.
    public boolean sharesServer(NodeId other) {
        return server == other.server;
    }

    @Override
    public int compareTo(NodeId other) {
        int byServer = Integer.compare(server, other.server);
        return byServer != 0 ? byServer : Integer.compare(disk, other.disk);
    }

    @Override
    public String toString() {
        return "n" + server + (disk == 1 ? "" : "d" + disk);
    }
}
