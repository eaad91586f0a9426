package io.catena.chain.replica;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One replica, driven by hand: inputs in, effects collected until they are taken.
final class Driven {
    static final ChainId CHAIN = new ChainId(1);
    static final Member A = Member.of(1, 1);
    static final Member B = Member.of(2, 1);
    static final Member C = Member.of(3, 1);
    static final Member D = Member.of(4, 1);
    static final Bytes KEY = Bytes.utf8("key");
    private static final long LEASE_NANOS = 1_000_000_000L;

    final Member self;
    final Replica replica;
    long nowNanos = 5_000_000_000L;
    private final List<Effect> effects = new ArrayList<>();
    private long tickets;
    private long requests;

    Driven(Member self) {
        this(self, RecoveredReplica.empty());
    }

    Driven(Member self, RecoveredReplica recovered) {
        this.self = self;
        this.replica = new Replica(self, CHAIN, ReplicaSettings.defaults(1), recovered);
    }

    /// A replica that has taken its seat in epoch 1, is confirmed and has a lease.
    static Driven seated(Member self, Member... members) {
        Driven driven = new Driven(self);
        ChainConfiguration configuration = configuration(1, List.of(members));
        driven.step(new Input.Leased(driven.nowNanos + LEASE_NANOS));
        driven.step(new Input.Configured(configuration));
        configuration.predecessor(self).ifPresent(p -> driven.receive(p, new ChainMessage.Hello()));
        configuration.successor(self).ifPresent(s ->
                driven.receive(s, new ChainMessage.At(Position.NONE, 0)));
        driven.take();
        return driven;
    }

    static ChainConfiguration configuration(long epoch, List<Member> members) {
        return new ChainConfiguration(CHAIN, new Epoch(epoch), members, Optional.empty());
    }

    static ChainConfiguration joining(long epoch, List<Member> members, Member joining) {
        return new ChainConfiguration(CHAIN, new Epoch(epoch), members, Optional.of(joining));
    }

    static Update update(long epoch, long seq) {
        return update(epoch, seq, KEY);
    }

    static Update update(long epoch, long seq, Bytes key) {
        return new Update(
                Position.of(epoch, seq), new RequestId(77, seq), List.of(put(key, "t" + seq)));
    }

    static Mutation put(Bytes key, String tag) {
        return new Mutation.Put(
                key, Bytes.utf8(tag), Bytes.utf8("value"), Optional.empty(), false, true);
    }

    Driven step(Input input) {
        effects.addAll(replica.step(input, nowNanos));
        return this;
    }

    Driven adopt(ChainConfiguration configuration) {
        return step(new Input.Configured(configuration));
    }

    Driven receive(Member from, ChainMessage message) {
        return receive(epoch(), from, message);
    }

    Driven receive(Epoch epoch, Member from, ChainMessage message) {
        return step(new Input.Received(new Envelope(CHAIN, epoch, from, self, message)));
    }

    Driven append(Member from, Update... updates) {
        for (Update update : updates) {
            receive(from, new ChainMessage.Append(update));
        }
        return this;
    }

    Driven flushed(long seq) {
        return step(new Input.Flushed(seq));
    }

    Driven applied(long seq) {
        return step(new Input.Applied(seq));
    }

    Driven after(long nanos) {
        nowNanos += nanos;
        return step(new Input.Tick());
    }

    Epoch epoch() {
        return replica.status().configuration().map(ChainConfiguration::epoch).orElse(Epoch.NONE);
    }

    ReplicaStatus status() {
        return replica.status();
    }

    long write(Mutation mutation, Condition... conditions) {
        return write(new RequestId(1, ++requests), mutation, conditions);
    }

    long write(RequestId id, Mutation mutation, Condition... conditions) {
        return ask(new ClientMessage.Write(
                CHAIN, epoch(), id, List.of(conditions), List.of(mutation)));
    }

    long get(Bytes key) {
        return get(key, ReadLevel.STRONG);
    }

    long get(Bytes key, ReadLevel level) {
        return ask(new ClientMessage.Get(CHAIN, epoch(), key, level));
    }

    long ask(ClientMessage message) {
        step(new Input.Asked(++tickets, message));
        return tickets;
    }

    /// Everything wanted since the last time.
    List<Effect> take() {
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    /// What was wanted to be said to `to`, taken.
    List<ChainMessage> takeSent(Member to) {
        return take().stream()
                .filter(e -> e instanceof Effect.Send s && s.envelope().to().equals(to))
                .map(e -> ((Effect.Send) e).envelope().message()).toList();
    }

    /// What was answered to `ticket`, if anything; nothing is taken.
    Optional<ClientReply> reply(long ticket) {
        return effects.stream()
                .filter(e -> e instanceof Effect.Reply r && r.ticket() == ticket)
                .map(e -> ((Effect.Reply) e).reply()).findFirst();
    }
}
