package io.catena.chain.replica;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Several replicas with perfect disks and connections, delivered to by hand: nothing moves but by
/// [#deliver] and [#settle].
final class Chain {
    final TreeMap<Member, Driven> replicas = new TreeMap<>();
    final List<Envelope> sent = new ArrayList<>();
    private final ArrayDeque<Envelope> underWay = new ArrayDeque<>();
    private final TreeSet<Member> dead = new TreeSet<>();
    private final TreeMap<Member, TreeMap<Long, ClientReply>> replies = new TreeMap<>();

    Chain(Member... members) {
        for (Member member : members) {
            replicas.put(member, new Driven(member));
            replies.put(member, new TreeMap<>());
        }
        adopt(Driven.configuration(1, List.of(members)));
        settle();
        sent.clear();
    }

    Driven at(Member member) {
        return replicas.get(member);
    }

    void adopt(ChainConfiguration configuration) {
        for (Driven driven : replicas.values()) {
            driven.step(new Input.Leased(driven.nowNanos + 1_000_000_000L));
            driven.adopt(configuration);
        }
        replicas.keySet().forEach(this::carryOut);
    }

    void kill(Member member) {
        dead.add(member);
    }

    long write(Member head, Bytes key, String tag) {
        long ticket = at(head).write(Driven.put(key, tag));
        carryOut(head);
        return ticket;
    }

    long get(Member at, Bytes key) {
        return get(at, key, ReadLevel.STRONG);
    }

    long get(Member at, Bytes key, ReadLevel level) {
        long ticket = at(at).get(key, level);
        carryOut(at);
        return ticket;
    }

    Optional<ClientReply> reply(Member at, long ticket) {
        return Optional.ofNullable(replies.get(at).get(ticket));
    }

    /// Lets everything under way arrive, but what `holds` back.
    void deliver(Predicate<Envelope> holds) {
        List<Envelope> held = new ArrayList<>();
        while (!underWay.isEmpty()) {
            Envelope envelope = underWay.poll();
            if (holds.test(envelope)) {
                held.add(envelope);
            } else if (!dead.contains(envelope.to()) && replicas.containsKey(envelope.to())) {
                at(envelope.to()).step(new Input.Received(envelope));
                carryOut(envelope.to());
            }
        }
        underWay.addAll(held);
    }

    void settle() {
        deliver(_ -> false);
    }

    private void carryOut(Member member) {
        if (dead.contains(member)) {
            at(member).take();
            return;
        }
        for (Effect effect : at(member).take()) {
            switch (effect) {
                case Effect.Send send -> {
                    sent.add(send.envelope());
                    underWay.add(send.envelope());
                }
                case Effect.Reply reply -> replies.get(member).put(reply.ticket(), reply.reply());
                case Effect.Append append ->
                        feed(member, new Input.Flushed(append.update().seq()));
                case Effect.Apply apply -> feed(member, new Input.Applied(apply.seq()));
                case Effect.ReadValue read ->
                        feed(member, new Input.ValueRead(read.ticket(), Optional.empty()));
                case Effect.DiskWrite _, Effect.DiskRead _, Effect.ReportJoined _ ->
                        throw new IllegalStateException("not in these stories: " + effect);
            }
        }
    }

    private void feed(Member member, Input input) {
        at(member).step(input);
        carryOut(member);
    }

    /// Messages of a kind that were sent since the start.
    <M extends ChainMessage> List<Envelope> sent(Class<M> kind) {
        return sent.stream().filter(e -> kind.isInstance(e.message())).toList();
    }
}
