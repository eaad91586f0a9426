package io.catena.chain.replica;

import io.catena.head.RequestOutcomes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the parts of one replica share: who it is, where it stands, its log, and the effects of the
/// step under way.
final class ReplicaState {
    final Member self;
    final ChainId chain;
    final ReplicaSettings settings;
    final ReplicaLog log;
    final RequestOutcomes outcomes;

    /// The adopted configuration; empty before the first.
    Optional<ChainConfiguration> configuration = Optional.empty();
    /// It may answer clients as a member.
    boolean serving;
    /// Every predecessor has adopted this epoch; starts false in each.
    boolean confirmed;
    /// The master asked this replica to serve nothing in this epoch; starts false in each.
    boolean stoodDown;
    /// This replica's disk has room for what clients put.
    boolean roomHere = true;
    /// So have the disks of all members behind it, as far as it was told in this epoch.
    boolean roomBehind = true;
    long leaseUntilNanos = Long.MIN_VALUE;
    long nowNanos = Long.MIN_VALUE;

    private List<Effect> effects = new ArrayList<>();

    ReplicaState(Member self, ChainId chain, ReplicaSettings settings, ReplicaLog log) {
        this.self = self;
        this.chain = chain;
        this.settings = settings;
        this.log = log;
        this.outcomes = new RequestOutcomes(settings.outcomesMax());
    }

    Epoch epoch() {
        return configuration.map(ChainConfiguration::epoch).orElse(Epoch.NONE);
    }

    boolean isMember() {
        return configuration.isPresent() && configuration.get().isMember(self);
    }

    boolean isJoining() {
        return configuration.isPresent() && configuration.get().isJoining(self);
    }

    /// Judged at the time of the step, which the shell reads from the clock after the input
    /// arrived: a flag kept from earlier would outlive a pause of the process.
    boolean leased() {
        return leaseUntilNanos - nowNanos > 0 && leaseUntilNanos != Long.MIN_VALUE;
    }

    boolean room() {
        return roomHere && roomBehind;
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void send(Member to, ChainMessage message) {
        emit(new Effect.Send(new Envelope(chain, epoch(), self, to, message)));
    }

    void reply(long ticket, ClientReply reply) {
        emit(new Effect.Reply(ticket, reply));
    }

    void askAnother(long ticket, String reason) {
        reply(ticket, new ClientReply.AskAnother(epoch(), reason));
    }

    List<Effect> takeEffects() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}
