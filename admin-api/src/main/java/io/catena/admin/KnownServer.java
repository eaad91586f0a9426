package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.cluster.NodePlacing.Duty;
import io.catena.protocol.cluster.NodeRecord;
import java.util.Arrays;
import java.util.List;

/// The server that a path names by its number: its nodes.
record KnownServer(int number, List<NodeRecord> nodes) {
    private static final int DIGITS_MAX = 7;

    KnownServer {
        nodes = List.copyOf(nodes);
    }

    /// @throws AdminException NO_SUCH_SERVER, also of one that was removed
    static KnownServer of(ClusterView view, AdminRequest request) {
        String text = request.path("server");
        int number = text.matches("[1-9][0-9]{0," + (DIGITS_MAX - 1) + "}")
                ? Integer.parseInt(text) : 0;
        List<NodeRecord> nodes = view.nodes().values().stream()
                .filter(node -> node.id().server() == number).toList();
        if (nodes.isEmpty() || view.removedServers().contains(number)) {
            throw AdminError.NO_SUCH_SERVER.exception("There is no such server.");
        }
        return new KnownServer(number, nodes);
    }

    boolean isOnly(Duty... duties) {
        return nodes.stream().allMatch(
                node -> Arrays.asList(duties).contains(node.placing().duty()));
    }

    boolean hasSeats(ClusterView view) {
        return view.chains().values().stream().anyMatch(chain ->
                chain.members().stream().anyMatch(member -> member.node().server() == number)
                        || chain.joining().filter(
                                member -> member.node().server() == number).isPresent());
    }
}
