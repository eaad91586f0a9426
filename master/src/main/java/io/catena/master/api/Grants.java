package io.catena.master.api;

import io.catena.protocol.chain.Member;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// Heartbeats that wait until it is proven that this leader still led after they arrived: else a
/// deposed leader would keep a node serving that is cut off together with it. One per member, the
/// latest.
final class Grants {
    private record Waiting(
            MasterMessage.Heartbeat heartbeat, long receivedNanos, Promise<MasterReply> promise) {}

    private final SortedMap<Member, Waiting> waiting = new TreeMap<>();

    Future<MasterReply> await(MasterMessage.Heartbeat heartbeat, long receivedNanos) {
        Waiting added = new Waiting(heartbeat, receivedNanos, Promise.promise());
        Waiting former = waiting.put(heartbeat.member(), added);
        if (former != null) {
            former.promise().complete(new MasterReply.Unavailable("a later heartbeat came"));
        }
        return added.promise().future();
    }

    /// Answers with `grant` what arrived no later than `confirmedNanos`.
    void release(
            long confirmedNanos, BiFunction<MasterMessage.Heartbeat, Long, MasterReply> grant) {
        for (Waiting one : List.copyOf(waiting.values())) {
            if (confirmedNanos - one.receivedNanos() >= 0) {
                waiting.remove(one.heartbeat().member());
                one.promise().complete(grant.apply(one.heartbeat(), one.receivedNanos()));
            }
        }
    }

    void abandon(MasterReply reply) {
        List<Waiting> former = new ArrayList<>(waiting.values());
        waiting.clear();
        former.forEach(one -> one.promise().complete(reply));
    }
}
