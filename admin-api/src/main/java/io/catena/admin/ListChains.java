package io.catena.admin;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/// Chains: members from head to tail, and who joins.
record ListChains(Administration cluster) implements Endpoint {
    private static final Page.Naming<ChainId> NAMING = new Page.Naming<>(
            chain -> Integer.toString(chain.value()),
            text -> new ChainId(Integer.parseInt(text)));

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/chains";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        return Future.succeededFuture(AdminReply.ok(
                Page.of(request, cluster.view().chains(), NAMING, ListChains::chain)));
    }

    private static JsonObject chain(ChainConfiguration chain) {
        JsonArray members = new JsonArray();
        chain.members().forEach(member -> members.add(member(chain, member)));
        chain.joining().ifPresent(member -> members.add(member(chain, member)));
        return new JsonObject()
                .put("id", chain.chain().toString())
                .put("epoch", chain.epoch().value())
                .put("members", members);
    }

    private static JsonObject member(ChainConfiguration chain, Member member) {
        return new JsonObject()
                .put("node", member.node().toString())
                .put("incarnation", member.incarnation().value())
                .put("role", role(chain, member));
    }

    private static String role(ChainConfiguration chain, Member member) {
        if (chain.isJoining(member)) {
            return "joining";
        }
        boolean head = chain.head().equals(member);
        boolean tail = chain.queryTail().equals(member);
        return head && tail ? "only" : head ? "head" : tail ? "tail" : "middle";
    }
}
