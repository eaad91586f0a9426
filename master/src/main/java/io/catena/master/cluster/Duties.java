package io.catena.master.cluster;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodePlacing.Duty;
import java.util.List;
import java.util.Optional;

/// What may become of nodes and chains by an operator's word, and by growth: the rules behind
/// [Command.ChangeDuty] and [Command.AddChains] (decision 0011). Pure.
final class Duties {
    private Duties() {}

    /// Why the duties cannot be changed so, if they cannot.
    static Optional<String> refusal(ClusterState state, Command.ChangeDuty command) {
        List<NodeId> nodes = command.nodes();
        Optional<NodeId> unknown = nodes.stream().filter(node -> !isKnown(state, node)).findFirst();
        if (nodes.isEmpty() || unknown.isPresent()) {
            return Optional.of(unknown.map(node -> "there is no node " + node)
                    .orElse("no node is named"));
        }
        return switch (command.duty()) {
            case ACTIVE, CORDONED -> Optional.empty();
            case DRAINING -> drainRefusal(state, nodes, command.serversMin());
            case REMOVED -> nodes.stream().flatMap(node -> removalRefusal(state, nodes, node)
                    .stream()).findFirst();
        };
    }

    private static boolean isKnown(ClusterState state, NodeId node) {
        return state.nodes().containsKey(node) && duty(state, node) != Duty.REMOVED;
    }

    private static Duty duty(ClusterState state, NodeId node) {
        return state.nodes().get(node).value().record().placing().duty();
    }

    private static Optional<String> drainRefusal(
            ClusterState state, List<NodeId> nodes, int serversMin) {
        long left = state.nodes().keySet().stream()
                .filter(node -> !nodes.contains(node) && duty(state, node) == Duty.ACTIVE)
                .map(NodeId::first).distinct().count();
        return left >= serversMin ? Optional.empty() : Optional.of(
                ("%d servers would be left that take replicas, and each chain needs %d: add a"
                        + " server first").formatted(left, serversMin));
    }

    private static Optional<String> removalRefusal(
            ClusterState state, List<NodeId> nodes, NodeId node) {
        boolean wholeServer = state.nodes().keySet().stream()
                .filter(other -> other.sharesServer(node) && duty(state, other) != Duty.REMOVED)
                .allMatch(nodes::contains);
        if (!wholeServer) {
            return Optional.of("a server is removed with all its nodes; " + node + " is not all");
        }
        if (duty(state, node) != Duty.DRAINING) {
            return Optional.of(node + " is not drained");
        }
        return state.chains().values().stream().map(ClusterState.Stamped::value)
                .filter(chain -> chain.path().stream().anyMatch(m -> m.node().equals(node)))
                .findFirst().map(chain -> node + " still has a replica of " + chain.chain());
    }

    /// Why these chains cannot be added to those that there are, if they cannot.
    static Optional<String> refusal(ClusterState state, List<ChainConfiguration> added) {
        if (state.chains().isEmpty() || added.isEmpty()) {
            return Optional.of("there are no chains to add to, or none to add");
        }
        if (state.chains().size() + added.size() > ClusterState.CHAINS_MAX) {
            return Optional.of("the cluster may have " + ClusterState.CHAINS_MAX + " chains");
        }
        int next = state.chains().lastKey().value() + 1;
        for (ChainConfiguration chain : added) {
            if (!chain.chain().equals(new ChainId(next++)) || !isFirst(state, chain)) {
                return Optional.of(chain + " cannot be the next chain");
            }
        }
        return Optional.empty();
    }

    private static boolean isFirst(ClusterState state, ChainConfiguration chain) {
        return chain.epoch().equals(new Epoch(1)) && chain.joining().isEmpty()
                && chain.members().stream().allMatch(member -> takesSeats(state, member));
    }

    private static boolean takesSeats(ClusterState state, Member member) {
        return state.memberOf(member.node()).filter(member::equals).isPresent()
                && duty(state, member.node()) == Duty.ACTIVE;
    }

    /// As the operator's word or the server's leaves it.
    static NodePlacing described(NodePlacing former, Command.DescribeNode command) {
        return new NodePlacing(former.duty(), command.zone(), command.weight());
    }
}
