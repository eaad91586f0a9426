package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodePlacing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/// Breaks things, one after the other and several at once, until told to heal.
final class Faults {
    private enum Kind {
        CRASH_ONE, CRASH_HEAD, CRASH_TAIL, CRASH_SEVERAL, CRASH_ALL, LEAVE, PAUSE,
        ROLL, BREAK, CUT_ONE_WAY, CUT_BOTH, CUT_LINK, ISOLATE, CUT_MASTER,
        SLOW_DISK, FULL_DISK, FLUSH_FAILS, DISK_FAILS, CORRUPT_BLOCK, DISK_REPLACED,
        SICK, LEADER_CHANGES, LEADER_CUT_OFF, LEADER_SPLIT_OFF,
        LEADER_PAUSES, LEADER_CRASHES, MASTERS_CRASH, DRAIN, CORDON, UNCORDON
    }

    /// What this run draws from: a part of all kinds, so that runs differ in more than order, and a
    /// mistake that one kind shows is not always hidden by what another does.
    private final List<Kind> drawn = new ArrayList<>();
    private final World world;
    /// What comes next does not depend on what the faults before it did.
    private final Chance drawing;
    /// What the present fault is like.
    private Chance chance;
    private final TreeSet<String> kinds = new TreeSet<>();
    private final List<Integer> numbers = new ArrayList<>();
    private int number;
    private boolean healed;

    Faults(World world) {
        this.world = world;
        this.drawing = new Chance(world.chance.nextLong());
        this.chance = drawing;
        for (Kind kind : Kind.values()) {
            int weight = drawing.percent(60) ? 0 : drawing.between(1, 4);
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
        world.after(drawing.between(1, 2 * world.shape.faultEveryNanos()), () -> {
            if (!healed) {
                Kind kind = drawing.pick(drawn);
                chance = new Chance(drawing.nextLong());
                if (world.scenario.plays(kind.name(), ++number)) {
                    kinds.add(kind.name());
                    numbers.add(number);
                    world.counts.add("fault: " + kind);
                    world.log(() -> "fault " + number + ": " + kind);
                    fault(kind);
                }
                next();
            }
        });
    }

    /// That took place.
    List<String> kinds() {
        return List.copyOf(kinds);
    }

    /// That took place.
    List<Integer> numbers() {
        return List.copyOf(numbers);
    }

    /// Nodes that are down come back one by one.
    private void restart() {
        world.after(world.chance.between(10_000_000L, 200_000_000L), () -> {
            for (SimNode node : world.nodes.values()) {
                boolean ready = !node.disk.bad() || node.isLongDown();
                if (!node.running() && (healed || ready && world.chance.percent(40))) {
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
            case ROLL -> roll();
            case BREAK -> world.network.breakUp(node.id, other.id);
            case CUT_ONE_WAY -> cut(node.id, other.id);
            case CUT_BOTH -> cutBoth(node.id, other.id);
            case CUT_LINK -> cutLink(anyConfiguration());
            case ISOLATE -> isolate(node);
            case CUT_MASTER -> cutMaster(node);
            case SLOW_DISK -> {
                node.disk.slow(
                        chance.percent(30) ? chance.between(100, 400) : chance.between(2, 30));
                world.after(someNanos(), () -> node.disk.slow(1));
            }
            case SICK -> {
                long nanos = world.shape.leaseNanos() * chance.between(2, 6);
                node.disk.slow(chance.between(100, 400));
                world.after(nanos, () -> node.disk.slow(1));
                world.masters.cutOff(node.id);
                world.after(nanos, () -> world.masters.mend(node.id));
            }
            case FULL_DISK -> {
                node.disk.fill(true);
                world.after(someNanos(), () -> node.disk.fill(false));
            }
            case FLUSH_FAILS -> node.disk.failNextFlush();
            case DISK_FAILS -> node.disk.fail("the disk is gone");
            case CORRUPT_BLOCK -> {
                // Not between the opening of the disk and the use of what was read.
                if (node.up() == node.running() && node.disk.spoil()) {
                    world.counts.add("block spoilt");
                }
            }
            case DISK_REPLACED -> {
                node.crash();
                node.disk.discard();
            }
            case LEADER_CHANGES -> changeLeader(node);
            case LEADER_CUT_OFF -> world.masters.anyLeader().ifPresent(
                    leader -> leader.cutOff(someNanos()));
            case LEADER_SPLIT_OFF -> world.masters.anyLeader().ifPresent(
                    leader -> world.masters.split(leader, List.of(node.id),
                            world.shape.leaseNanos() * chance.between(3, 8)));
            case LEADER_PAUSES -> world.masters.anyLeader().ifPresent(
                    leader -> leader.pause(someNanos()));
            case LEADER_CRASHES -> world.masters.anyLeader().ifPresent(
                    leader -> leader.crash(someNanos()));
            case MASTERS_CRASH -> world.masters.voters().forEach(
                    voter -> voter.crash(someNanos()));
            case DRAIN -> changeDuty(node, NodePlacing.Duty.DRAINING);
            case CORDON -> changeDuty(node, NodePlacing.Duty.CORDONED);
            case UNCORDON -> changeDuty(node, NodePlacing.Duty.ACTIVE);
        }
    }

    /// An operator asks whoever leads; a drain is mostly taken back after a while.
    private void changeDuty(SimNode node, NodePlacing.Duty duty) {
        world.masters.anyLeader().flatMap(SimVoter::leader)
                .ifPresent(leader -> leader.changeDuty(node.id, duty));
        if (duty != NodePlacing.Duty.ACTIVE && chance.percent(70)) {
            world.after(chance.between(100_000_000L, 2_000_000_000L),
                    () -> changeDuty(node, NodePlacing.Duty.ACTIVE));
        }
    }

    private ChainConfiguration anyConfiguration() {
        return world.masters.configuration(chance.pick(world.shape.chainIds()));
    }

    private void crash(Member member) {
        world.nodes.get(member.node()).crash();
    }

    private SimNode anyNode() {
        return chance.pick(List.copyOf(world.nodes.values()));
    }

    /// Shorter or longer than a lease.
    private long someNanos() {
        return chance.between(
                5_000_000L, world.shape.leaseNanos() * (chance.percent(50) ? 1 : 5));
    }

    /// Every node in turn, so that soon nobody is left of those who were there.
    private void roll() {
        long gapNanos = chance.between(100_000_000L, 800_000_000L);
        long turn = 0;
        for (SimNode node : world.nodes.values()) {
            world.after(gapNanos * ++turn, () -> {
                if (!healed) {
                    node.crash();
                }
            });
        }
    }

    private void cut(NodeId from, NodeId to) {
        cut(from, to, someNanos());
    }

    private void cut(NodeId from, NodeId to, long nanos) {
        if (!from.equals(to)) {
            world.network.cut(from, to);
            world.after(nanos, () -> world.network.mend(from, to));
        }
    }

    /// Two neighbours in a chain do not hear each other for so long that the masters act on it.
    private void cutLink(ChainConfiguration configuration) {
        int neighbours = configuration.path().size() - 1;
        if (neighbours > 0) {
            int first = chance.below(neighbours);
            NodeId one = configuration.path().get(first).node();
            NodeId other = configuration.path().get(first + 1).node();
            long nanos = chance.between(500_000_000L, 4_000_000_000L);
            cut(one, other, nanos);
            if (chance.percent(70)) {
                cut(other, one, nanos);
            }
        }
    }

    private void cutBoth(NodeId one, NodeId other) {
        cut(one, other);
        cut(other, one);
    }

    private void isolate(SimNode node) {
        world.nodes.keySet().forEach(other -> cutBoth(node.id, other));
        if (chance.percent(50)) {
            cutMaster(node);
        }
    }

    /// The next leader hears nothing of `node`, or soon.
    private void changeLeader(SimNode node) {
        if (chance.percent(50)) {
            cutMaster(node);
        }
        world.masters.voters().stream()
                .filter(voter -> voter.leader().isEmpty() && voter.reachesMajority())
                .findFirst().ifPresent(world.masters.raft()::elect);
    }

    private void cutMaster(SimNode node) {
        world.masters.cutOff(node.id);
        world.after(someNanos(), () -> world.masters.mend(node.id));
    }

    /// Until every node takes seats again, as far as the masters have agreed.
    private void allActive() {
        world.nodes.values().stream().filter(node -> !isActive(node))
                .forEach(node -> changeDuty(node, NodePlacing.Duty.ACTIVE));
        world.after(100_000_000L, this::allActive);
    }

    private boolean isActive(SimNode node) {
        return world.masters.state().nodes().get(node.id).value().record().placing().duty()
                == NodePlacing.Duty.ACTIVE;
    }

    /// Everything works from now on.
    void heal() {
        healed = true;
        world.log(() -> "everything heals");
        world.network.mendAll();
        world.masters.mendAll();
        allActive();
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
