package io.catena.simulation;

import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Supplier;

/// One simulated cluster: a queue of events on a fake clock, and everybody who lives in it. Nothing
/// happens but by an event; events of one moment happen in the order they were made.
final class World {
    private record Event(long atNanos, long order, Runnable act) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final Chance chance;
    final Shape shape;
    final Seams seams;
    final Scenario scenario;
    final Trace trace;
    final Counts counts = new Counts();
    final Checks checks;
    final SimNetwork network;
    final SimMasters masters;
    final TreeMap<NodeId, SimNode> nodes = new TreeMap<>();
    final List<SimClient> clients = new ArrayList<>();

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long nowNanos;
    private long orders;
    private long events;
    private long tickets;

    World(long seed, Trace trace, Seams seams, Scenario scenario) {
        this.chance = new Chance(seed);
        this.scenario = scenario;
        this.trace = trace;
        this.seams = seams;
        this.shape = scenario.of(Shape.any(chance));
        this.checks = new Checks(this);
        this.network = new SimNetwork(this);
        for (int id = 1; id <= shape.nodes(); id++) {
            nodes.put(new NodeId(id), new SimNode(this, new NodeId(id)));
        }
        this.masters = new SimMasters(this);
        for (int id = 1; id <= shape.clients(); id++) {
            clients.add(new SimClient(this, id));
        }
    }

    long nowNanos() {
        return nowNanos;
    }

    long events() {
        return events;
    }

    long nextTicket() {
        return ++tickets;
    }

    void after(long delayNanos, Runnable act) {
        queue.add(new Event(nowNanos + Math.max(0, delayNanos), orders++, act));
    }

    void log(Supplier<String> text) {
        trace.line(nowNanos, text);
    }

    /// Lets things happen until `untilNanos`.
    void runUntil(long untilNanos) {
        while (!queue.isEmpty() && queue.peek().atNanos() <= untilNanos) {
            Event event = queue.poll();
            nowNanos = event.atNanos();
            events++;
            event.act().run();
        }
        nowNanos = Math.max(nowNanos, untilNanos);
    }

    void start() {
        masters.start();
        nodes.values().forEach(SimNode::start);
        clients.forEach(SimClient::start);
    }
}
