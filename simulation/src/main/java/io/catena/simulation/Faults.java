package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Breaks things, one after the other and several at once, until told to heal.
final class Faults {
    private enum Kind {
        CRASH_ONE, CRASH_HEAD, CRASH_TAIL, CRASH_SEVERAL, CRASH_ALL, LEAVE, PAUSE,
        BREAK, CUT_ONE_WAY, CUT_BOTH, ISOLATE, CUT_MASTER,
        SLOW_DISK, FULL_DISK, FLUSH_FAILS, DISK_FAILS, CORRUPT_BLOCK, DISK_REPLACED,
        LEADER_CHANGES, LEADER_CUT_OFF, LEADER_PAUSES, LEADER_CRASHES, MASTERS_CRASH
    }

    /// What this run draws from: a part of all kinds, so that runs differ in more than order, and a
    /// mistake that one kind shows is not always hidden by what another does.
    private final List<Kind> drawn = new ArrayList<>();
    private final World world;
    private boolean healed;

    Faults(World world) {
        this.world = world;
        for (Kind kind : Kind.values()) {
            int weight = world.chance.percent(60) ? 0 : world.chance.between(1, 4);
            drawn.addAll(Collections.nCopies(weight, kind));
        }
        if (drawn.isEmpty()) {
            drawn.add(Kind.CRASH_ONE);
        }
    }

    void start() {
        next();
        restart();
    }

    private void next() {
        world.after(world.chance.between(1, 2 * world.shape.faultEveryNanos()), () -> {
            if (!healed) {
                Kind kind = world.chance.pick(drawn);
                world.counts.add("fault: " + kind);
                world.log(() -> "fault: " + kind);
                fault(kind);
                next();
            }
        });
    }

    /// Nodes that are down come back one by one.
    private void restart() {
        world.after(world.chance.between(10_000_000L, 200_000_000L), () -> {
            for (SimNode node : world.nodes.values()) {
                if (!node.running() && (healed || world.chance.percent(40))) {
                    node.start();
                }
            }
            restart();
        });
    }

    private void fault(Kind kind) {
        SimNode node = anyNode();
        SimNode other = anyNode();
        switch (kind) {
            case CRASH_ONE -> node.crash();
            case CRASH_HEAD -> crash(anyConfiguration().head());
            case CRASH_TAIL -> crash(anyConfiguration().queryTail());
            case CRASH_SEVERAL -> {
                node.crash();
                other.crash();
            }
            case CRASH_ALL -> world.nodes.values().forEach(SimNode::crash);
            case LEAVE -> node.leave();
            case PAUSE -> node.pause(someNanos());
            case BREAK -> world.network.breakUp(node.id, other.id);
            case CUT_ONE_WAY -> cut(node.id, other.id);
            case CUT_BOTH -> cutBoth(node.id, other.id);
            case ISOLATE -> isolate(node);
            case CUT_MASTER -> cutMaster(node);
            case SLOW_DISK -> {
                node.disk.slow(world.chance.between(2, 30));
                world.after(someNanos(), () -> node.disk.slow(1));
            }
            case FULL_DISK -> {
                node.disk.fill(true);
                world.after(someNanos(), () -> node.disk.fill(false));
            }
            case FLUSH_FAILS -> node.disk.failNextFlush();
            case DISK_FAILS -> node.disk.fail("the disk is gone");
            case CORRUPT_BLOCK -> {
                if (node.disk.spoil()) {
                    world.counts.add("block spoilt");
                }
            }
            case DISK_REPLACED -> {
                if (node.dispensable()) {
                    node.crash();
                    node.disk.replace();
                }
            }
            case LEADER_CHANGES -> world.masters.voters().stream()
                    .filter(voter -> voter.leader().isEmpty() && voter.reachesMajority())
                    .findFirst().ifPresent(world.masters.raft()::elect);
            case LEADER_CUT_OFF -> world.masters.anyLeader().ifPresent(
                    leader -> leader.cutOff(someNanos()));
            case LEADER_PAUSES -> world.masters.anyLeader().ifPresent(
                    leader -> leader.pause(someNanos()));
            case LEADER_CRASHES -> world.masters.anyLeader().ifPresent(
                    leader -> leader.crash(someNanos()));
            case MASTERS_CRASH -> world.masters.voters().forEach(
                    voter -> voter.crash(someNanos()));
        }
    }

    private ChainConfiguration anyConfiguration() {
        return world.masters.configuration(world.chance.pick(world.shape.chainIds()));
    }

    private void crash(Member member) {
        world.nodes.get(member.node()).crash();
    }

    private SimNode anyNode() {
        return world.chance.pick(List.copyOf(world.nodes.values()));
    }

    /// Shorter or longer than a lease.
    private long someNanos() {
        return world.chance.between(
                5_000_000L, world.shape.leaseNanos() * (world.chance.percent(50) ? 1 : 5));
    }

    private void cut(NodeId from, NodeId to) {
        if (!from.equals(to)) {
            world.network.cut(from, to);
            world.after(someNanos(), () -> world.network.mend(from, to));
        }
    }

    private void cutBoth(NodeId one, NodeId other) {
        cut(one, other);
        cut(other, one);
    }

    private void isolate(SimNode node) {
        world.nodes.keySet().forEach(other -> cutBoth(node.id, other));
        if (world.chance.percent(50)) {
            cutMaster(node);
        }
    }

    private void cutMaster(SimNode node) {
        world.masters.cutOff(node.id);
        world.after(someNanos(), () -> world.masters.mend(node.id));
    }

    /// Everything works from now on.
    void heal() {
        healed = true;
        world.log(() -> "everything heals");
        world.network.mendAll();
        world.masters.mendAll();
        for (SimNode node : world.nodes.values()) {
            node.disk.repair();
            if (node.running()) {
                node.resume();
            } else {
                node.start();
            }
        }
    }
}
