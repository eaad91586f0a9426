package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.NodeRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.function.Predicate;

/// Nodes: each disk of each server, where it is, and what it does in its chains.
record ListNodes(Administration cluster) implements Endpoint {
    private static final Page.Naming<NodeId> NAMING = new Page.Naming<>(
            node -> Integer.toString(node.number()),
            text -> NodeId.ofNumber(Integer.parseInt(text)));

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/nodes";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        ClusterView view = cluster.view();
        return Future.succeededFuture(AdminReply.ok(
                Page.of(request, view.nodes(), NAMING, node -> node(view, node))));
    }

    private static JsonObject node(ClusterView view, NodeRecord node) {
        NodeId id = node.id();
        long members = chains(view, chain -> chain.members().stream()
                .anyMatch(member -> member.node().equals(id)));
        long joining = chains(view, chain -> chain.joining()
                .filter(member -> member.node().equals(id)).isPresent());
        return new JsonObject()
                .put("id", id.toString())
                .put("server", id.server())
                .put("disk", id.disk())
                .put("host", node.host())
                .put("port", node.port())
                .put("incarnation", node.incarnation().value())
                .put("diskIdentity", node.diskIdentity())
                .put("duty", node.placing().duty().name().toLowerCase(Locale.ROOT))
                .put("zone", node.placing().zone())
                .put("weightGib", node.placing().weight())
                .put("state", state(members, joining))
                .put("heads", chains(view, chain -> chain.head().node().equals(id)))
                .put("tails", chains(view, chain -> chain.queryTail().node().equals(id)))
                .put("memberOf", members)
                .put("joining", joining);
    }

    private static String state(long members, long joining) {
        return members > 0 ? "serving" : joining > 0 ? "joining" : "idle";
    }

    private static long chains(ClusterView view, Predicate<ChainConfiguration> of) {
        return view.chains().values().stream().filter(of).count();
    }
}
