package io.catena.simulation;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.Envelope;
import java.util.ArrayDeque;
import java.util.TreeMap;

/// Connections between nodes, one for each ordered pair: first in, first out while it stands. When
/// it breaks, what is under way is lost or still arrives before the next one stands; the sender
/// hears of the next one.
final class SimNetwork {
    private record Pair(NodeId from, NodeId to) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    private static final class Connection {
        boolean stands;
        boolean reconnecting;
        /// Nothing gets through, and nobody knows yet.
        boolean cut;
        long number;
        /// What is under way when it breaks is lost.
        boolean lossy;
        long lastArrivalNanos;
        final ArrayDeque<Envelope> held = new ArrayDeque<>();
    }

    private static final long DELAY_WORST_NANOS = 30_000_000L;
    private static final long NOTICED_NANOS_MAX = 400_000_000L;
    private static final long RECONNECT_NANOS_MAX = 50_000_000L;

    private final World world;
    private final TreeMap<Pair, Connection> connections = new TreeMap<>();

    SimNetwork(World world) {
        this.world = world;
    }

    private Connection connection(NodeId from, NodeId to) {
        return connections.computeIfAbsent(new Pair(from, to), _ -> new Connection());
    }

    void send(Envelope envelope) {
        NodeId from = envelope.from().node();
        NodeId to = envelope.to().node();
        Connection connection = connection(from, to);
        if (!connection.stands) {
            reconnect(from, to, connection);
        } else if (connection.cut) {
            connection.held.add(envelope);
        } else {
            carry(connection, envelope);
        }
    }

    private void carry(Connection connection, Envelope envelope) {
        long number = connection.number;
        long arrival = world.nowNanos() + world.chance.latencyNanos(
                world.shape.delayNanos(), DELAY_WORST_NANOS);
        connection.lastArrivalNanos = Math.max(arrival, connection.lastArrivalNanos + 1);
        world.after(connection.lastArrivalNanos - world.nowNanos(), () -> {
            boolean drains = !connection.stands && !connection.lossy;
            if (connection.number == number && (connection.stands || drains)) {
                world.nodes.get(envelope.to().node()).receive(envelope);
            }
        });
    }

    /// The connection is gone; the sender tries for another.
    void breakUp(NodeId from, NodeId to) {
        Connection connection = connection(from, to);
        connection.stands = false;
        connection.lossy = world.chance.percent(70);
        connection.held.clear();
        reconnect(from, to, connection);
    }

    private void reconnect(NodeId from, NodeId to, Connection connection) {
        if (!connection.reconnecting) {
            connection.reconnecting = true;
            tryAgain(from, to, connection);
        }
    }

    private void tryAgain(NodeId from, NodeId to, Connection connection) {
        world.after(world.chance.between(100_000L, RECONNECT_NANOS_MAX), () -> {
            SimNode sender = world.nodes.get(from);
            SimNode receiver = world.nodes.get(to);
            if (!sender.up()) {
                connection.reconnecting = false;
            } else if (!receiver.up() || connection.cut || connection(to, from).cut) {
                tryAgain(from, to, connection);
            } else {
                connection.reconnecting = false;
                connection.stands = true;
                connection.number++;
                connection.lastArrivalNanos = world.nowNanos();
                sender.linkUp(receiver.seat());
            }
        });
    }

    /// A node's process ended: so do its connections.
    void crashed(NodeId node) {
        for (NodeId other : world.nodes.keySet()) {
            if (!other.equals(node)) {
                breakUp(node, other);
                breakUp(other, node);
                connection(node, other).lossy |= world.chance.percent(50);
            }
        }
    }

    /// Nothing gets from one node to the other any more; after a while the sender notices, or not.
    void cut(NodeId from, NodeId to) {
        Connection connection = connection(from, to);
        connection.cut = true;
        world.after(world.chance.between(1_000_000L, NOTICED_NANOS_MAX), () -> {
            if (connection.cut && connection.stands) {
                breakUp(from, to);
            }
        });
    }

    /// What was held gets through late, if the connection outlived the cut.
    void mend(NodeId from, NodeId to) {
        Connection connection = connection(from, to);
        connection.cut = false;
        while (connection.stands && !connection.held.isEmpty()) {
            carry(connection, connection.held.poll());
        }
    }

    void mendAll() {
        connections.keySet().forEach(pair -> mend(pair.from(), pair.to()));
    }
}
