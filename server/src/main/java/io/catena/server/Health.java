package io.catena.server;

import io.catena.client.master.ClusterView;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.server.metrics.Metrics;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// `/health/live`, `/health/ready` and `/health/cluster` (200, or 503 with reasons as JSON; the
/// former two with the state of the disks) and `/metrics`.
final class Health implements Handler<HttpServerRequest> {
    private final Supplier<ClusterView> view;
    private final Supplier<Boolean> leased;
    private final Supplier<JsonArray> disks;
    private final int replication;
    private final Metrics metrics;

    /// @param leased whether this server has a lease from the master now
    /// @param disks how the disks of this server are
    /// @param replication members of a chain, where there are so many servers
    Health(Supplier<ClusterView> view, Supplier<Boolean> leased, Supplier<JsonArray> disks,
            int replication, Metrics metrics) {
        this.view = view;
        this.leased = leased;
        this.disks = disks;
        this.replication = replication;
        this.metrics = metrics;
    }

    Metrics metrics() {
        return metrics;
    }

    @Override
    public void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/health/live" -> answer(request, List.of(), ofDisks());
            case "/health/ready" -> answer(request, notReady(), ofDisks());
            case "/health/cluster" -> answer(request, notWhole(), cluster());
            case "/metrics" -> request.response()
                    .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(metrics.scrape());
            default -> request.response().setStatusCode(404).end();
        }
    }

    private static void answer(HttpServerRequest request, List<String> reasons, JsonObject more) {
        request.response().setStatusCode(reasons.isEmpty() ? 200 : 503)
                .putHeader("content-type", "application/json")
                .end(more.put("status", reasons.isEmpty() ? "ok" : "unavailable")
                        .put("reasons", new JsonArray(reasons)).encode());
    }

    private JsonObject ofDisks() {
        return new JsonObject().put("disks", disks.get());
    }

    private List<String> notReady() {
        if (!leased.get()) {
            return List.of("no lease from the master: it has no leader, this server is cut off,"
                    + " or none of its disks works");
        }
        return view.get().chains().isEmpty()
                ? List.of("the cluster is not founded yet") : List.of();
    }

    /// Why the cluster cannot serve everything, or not bear every loss; empty: it can.
    List<String> notWhole() {
        List<String> reasons = notReady();
        if (!reasons.isEmpty()) {
            return reasons;
        }
        int length = fullLength();
        return view.get().chains().values().stream()
                .filter(chain -> chain.members().size() < length)
                .map(chain -> "chain %s has %d of %d members%s".formatted(chain.chain(),
                        chain.members().size(), length,
                        chain.joining().map(j -> ", " + j + " is joining").orElse("")))
                .toList();
    }

    /// As many members as there are servers to hold them.
    private int fullLength() {
        long servers = view.get().nodes().values().stream()
                .filter(node -> node.placing().duty() != NodePlacing.Duty.DRAINING)
                .map(node -> node.id().first()).distinct().count();
        return (int) Math.min(replication, servers);
    }

    private JsonObject cluster() {
        JsonArray chains = new JsonArray();
        view.get().chains().values().forEach(chain -> chains.add(describe(chain)));
        return new JsonObject().put("version", view.get().version()).put("chains", chains);
    }

    private static JsonObject describe(ChainConfiguration chain) {
        return new JsonObject(Map.of("chain", chain.chain().toString(),
                "epoch", chain.epoch().value(),
                "members", chain.members().stream().map(Object::toString).toList(),
                "joining", chain.joining().map(Object::toString).orElse("")));
    }
}
