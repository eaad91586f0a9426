package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.chain.replica.Replica;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The shell around one real [Replica]: feeds it inputs, carries its effects out, shows every step
/// to the checks.
final class SimReplica {
    /// A reply, and how far the chain was committed when it was given.
    record Answer(ClientReply reply, long committedSeq) {}

    final SimNode node;
    final ChainId chain;
    final Member seat;
    final KnownLog known;
    private final World world;
    private final Replica replica;
    private final boolean recoveredWhole;
    private final TreeMap<Long, Consumer<Answer>> asked = new TreeMap<>();
    private ReplicaStatus status;
    private boolean ended;

    SimReplica(SimNode node, ChainId chain) {
        this.node = node;
        this.chain = chain;
        this.seat = node.seat();
        this.world = node.world;
        RecoveredReplica recovered =
                world.seams.recovered(this, node.disk.store(chain).recovered());
        this.recoveredWhole = recovered.whole() && recovered.exact();
        this.known = new KnownLog(recovered);
        this.replica = new Replica(seat, chain, world.shape.replica(), recovered);
        this.status = replica.status();
    }

    boolean recoveredWhole() {
        return recoveredWhole;
    }

    ReplicaStatus status() {
        return status;
    }

    SimStore store() {
        return node.disk.store(chain);
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }

    void later(long delayNanos, Input input) {
        world.after(delayNanos, () -> deliver(input));
    }

    /// Gives an input to the replica when its node runs.
    void deliver(Input input) {
        if (!ended) {
            node.run(() -> {
                for (Input given : world.seams.inputs(this, input)) {
                    step(given);
                }
            });
        }
    }

    private void step(Input input) {
        if (ended) {
            return;
        }
        world.trace.fold(seat);
        world.trace.fold((Record) input);
        world.log(() -> seat + " " + chain + " < " + input);
        long nowNanos = world.seams.clock(this, input, node.nowNanos());
        List<Effect> wanted = replica.step(input, nowNanos);
        status = replica.status();
        world.trace.fold(wanted.size() + 31 * status.committedSeq());
        List<Effect> effects = world.seams.effects(this, input, wanted);
        known.stepped(effects, status.endSeq());
        world.checks.stepped(this, input);
        effects.forEach(this::carryOut);
    }

    private void carryOut(Effect effect) {
        world.log(() -> seat + " " + chain + "   > " + effect);
        switch (effect) {
            case Effect.Send send -> world.network.send(send.envelope());
            case Effect.Reply reply -> reply(reply);
            case Effect.ReportJoined report -> {
                world.counts.add("joined");
                node.report(chain, report.epoch(), report.joining());
            }
            case Effect.DiskWrite write -> {
                world.counts.add(write.getClass().getSimpleName());
                node.disk.write(this, write);
            }
            case Effect.DiskRead read -> {
                world.counts.add(read.getClass().getSimpleName());
                node.disk.read(this, read);
            }
        }
    }

    private void reply(Effect.Reply reply) {
        Consumer<Answer> asker = asked.remove(reply.ticket());
        if (asker != null) {
            asker.accept(new Answer(reply.reply(), world.checks.truth(chain).committedSeq()));
        }
    }

    /// A client's request arrives.
    void ask(long ticket, ClientMessage message, Consumer<Answer> asker) {
        asked.put(ticket, asker);
        deliver(new Input.Asked(ticket, message));
    }

    void abandon(long ticket) {
        if (asked.remove(ticket) != null) {
            deliver(new Input.Abandoned(ticket));
        }
    }

    @Override
    public String toString() {
        return seat + " " + chain;
    }
}
