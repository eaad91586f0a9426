package io.catena.simulation;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The control plane: some masters, what they agree on, and the network between them and the nodes.
final class SimMasters {
    private static final int VOTERS = 3;
    private static final long DELAY_NANOS = 500_000L;
    private static final long DELAY_WORST_NANOS = 40_000_000L;
    private static final int PUSH_LOST_ONE_IN = 5;

    private final World world;
    private final SimRaft raft;
    private final List<SimVoter> voters = new ArrayList<>();
    private final TreeSet<NodeId> unreachable = new TreeSet<>();
    /// A master that is alone with some of the nodes; the others reach the other masters only.
    private Optional<SimVoter> splitOff = Optional.empty();
    private final TreeSet<NodeId> splitOffNodes = new TreeSet<>();
    private long splits;

    SimMasters(World world) {
        this.world = world;
        this.raft = new SimRaft(world);
        for (int id = 0; id < VOTERS; id++) {
            voters.add(new SimVoter(world, id));
        }
    }

    /// The first leader finds all nodes registered, and the first chains made.
    void start() {
        world.nodes.values().forEach(node -> raft.found(node.registration()));
        List<Member> all = world.nodes.keySet().stream()
                .map(node -> raft.agreed().memberOf(node).orElseThrow()).toList();
        List<ChainConfiguration> chains = new ArrayList<>();
        for (ChainId chain : world.shape.chainIds()) {
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < world.shape.replication(); i++) {
                members.add(all.get((chain.value() + i) % all.size()));
            }
            chains.add(new ChainConfiguration(chain, new Epoch(1), members, Optional.empty()));
        }
        raft.found(new Command.CreateChains(chains));
        voters.forEach(SimVoter::start);
        raft.elect(voters.getFirst());
    }

    SimRaft raft() {
        return raft;
    }

    List<SimVoter> voters() {
        return voters;
    }

    /// As agreed.
    ChainConfiguration configuration(ChainId chain) {
        return raft.agreed().chains().get(chain).value();
    }

    ClusterState state() {
        return raft.agreed();
    }

    /// Whoever leads, or takes itself for the leader.
    Optional<SimVoter> anyLeader() {
        List<SimVoter> leading = voters.stream().filter(v -> v.leader().isPresent()).toList();
        return leading.isEmpty() ? Optional.empty() : Optional.of(world.chance.pick(leading));
    }

    private long delayNanos() {
        return world.chance.latencyNanos(DELAY_NANOS, DELAY_WORST_NANOS);
    }

    /// One voter says something to another.
    void between(SimVoter from, SimVoter to, Runnable arrives) {
        if (from.reachable()) {
            world.after(delayNanos(), () -> {
                if (to.reachable()) {
                    arrives.run();
                }
            });
        }
    }

    /// A node asks a master.
    void ask(NodeId from, int voter, MasterMessage message, Consumer<MasterReply> reply) {
        SimVoter asked = voters.get(voter);
        world.after(delayNanos(), () -> {
            if (connected(from, asked)) {
                asked.run(() -> asked.leader().ifPresentOrElse(
                        leader -> leader.onMessage(
                                from, message, r -> toNode(asked, from, reply, r)),
                        () -> toNode(asked, from, reply, new MasterReply.NotLeader(hint()))));
            }
        });
    }

    /// A guess, as a follower's is.
    private Optional<NodeId> hint() {
        return world.chance.percent(50) ? Optional.empty()
                : anyLeader().map(leader -> new NodeId(leader.id + 1));
    }

    private void toNode(
            SimVoter from, NodeId to, Consumer<MasterReply> asker, MasterReply reply) {
        world.after(delayNanos(), () -> {
            if (connected(to, from)) {
                asker.accept(reply);
            }
        });
    }

    /// A leader tells a node what is new, if the connection holds.
    void push(SimVoter from, NodeId to, ClusterUpdate update) {
        if (!world.chance.oneIn(PUSH_LOST_ONE_IN)) {
            world.after(delayNanos(), () -> {
                if (connected(to, from)) {
                    world.nodes.get(to).pushed(update);
                }
            });
        }
    }

    private boolean connected(NodeId node, SimVoter voter) {
        boolean sameSide = splitOff.isEmpty()
                || splitOff.get().equals(voter) == splitOffNodes.contains(node);
        return sameSide && !unreachable.contains(node);
    }

    /// Cuts `voter` off, together with `nodes`.
    void split(SimVoter voter, List<NodeId> nodes, long nanos) {
        voter.cutOff(nanos);
        splitOff = Optional.of(voter);
        splitOffNodes.clear();
        splitOffNodes.addAll(nodes);
        long begun = ++splits;
        world.after(nanos, () -> {
            if (begun == splits) {
                splitOff = Optional.empty();
            }
        });
    }

    void cutOff(NodeId node) {
        unreachable.add(node);
    }

    void mend(NodeId node) {
        unreachable.remove(node);
    }

    void mendAll() {
        unreachable.clear();
        splitOff = Optional.empty();
        voters.forEach(SimVoter::mend);
    }
}
