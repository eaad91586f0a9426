package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/// The cluster: how it is, and how much there is of everything.
record GetCluster(Administration cluster) implements Endpoint {
    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/cluster";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        ClusterView view = cluster.view();
        List<String> reasons = cluster.healthReasons();
        return Future.succeededFuture(AdminReply.ok(new JsonObject()
                .put("id", cluster.clusterId())
                .put("status", reasons.isEmpty() ? "ok" : "degraded")
                .put("reasons", new JsonArray(reasons))
                .put("stateVersion", view.version())
                .put("servers", view.nodes().keySet().stream()
                        .map(node -> node.server()).distinct().count())
                .put("nodes", view.nodes().size())
                .put("chains", view.chains().size())
                .put("buckets", view.buckets().size())
                .put("users", view.users().size())));
    }
}
