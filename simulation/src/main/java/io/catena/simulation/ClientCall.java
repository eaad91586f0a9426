package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.Optional;

/// One request over all its attempts, as a real client makes them: reads go to any member, writes
/// to the head, always under the same request id; what was not answered may have happened.
final class ClientCall {
    private static final long DELAY_WORST_NANOS = 60_000_000L;
    private static final int LOST_ONE_IN = 80;
    private static final int PATIENT_PERCENT = 5;
    private static final long DEADLINE_NANOS_MAX = 6_000_000_000L;
    private static final long PATIENCE_NANOS_MAX = 4_000_000_000L;
    /// No call takes longer: the last attempt starts before the deadline.
    static final long NANOS_MAX = DEADLINE_NANOS_MAX + PATIENCE_NANOS_MAX;

    private final SimClient client;
    private final World world;
    private final Workload.Wish wish;
    private final RequestId requestId;
    private final Truth truth;
    private final Sightings sightings;
    private final long invokedNanos;
    private final long invokedSeq;
    private final long deadlineNanos;
    /// Asks so late again that the chain may have other members by then.
    private final boolean patient;
    private int attempt;
    private long attemptNanos;
    private long attemptSeq;
    /// An attempt went unanswered: it may have been applied, or still be.
    private boolean unsettled;

    ClientCall(SimClient client, Workload.Wish wish, RequestId requestId) {
        this.client = client;
        this.world = client.world;
        this.wish = wish;
        this.requestId = requestId;
        this.truth = world.checks.truth(wish.chain());
        this.sightings = new Sightings(world, client.workload());
        this.invokedNanos = world.nowNanos();
        this.invokedSeq = truth.servedSeq();
        this.patient = world.chance.percent(PATIENT_PERCENT);
        this.deadlineNanos = invokedNanos + (patient
                ? world.chance.between(1_500_000_000L, DEADLINE_NANOS_MAX)
                : world.chance.between(50_000_000L, 1_500_000_000L));
    }

    void attempt() {
        attemptNanos = world.nowNanos();
        attemptSeq = truth.servedSeq();
        int number = ++attempt;
        ChainConfiguration configuration = client.configuration(wish.chain());
        Member target = wish instanceof Workload.Wish.Write ? configuration.head()
                : client.reader(wish.chain());
        ClientMessage message = message(configuration.epoch());
        long ticket = world.nextTicket();
        SimNode node = world.nodes.get(target.node());
        travel(() -> node.run(() -> node.replica(wish.chain(), replica -> replica.ask(
                ticket, message, answer -> travel(() -> answered(number, message, answer))))));
        world.after(patienceNanos(), () -> {
            if (number == attempt) {
                timedOut(node, ticket);
            }
        });
    }

    private long patienceNanos() {
        if (patient) {
            return world.chance.between(400_000_000L, PATIENCE_NANOS_MAX);
        }
        return world.chance.percent(15) ? world.chance.between(400_000_000L, 1_500_000_000L)
                : world.chance.between(30_000_000L, 400_000_000L);
    }

    private void travel(Runnable arrives) {
        if (!world.chance.oneIn(LOST_ONE_IN)) {
            world.after(world.chance.latencyNanos(
                    world.shape.delayNanos(), DELAY_WORST_NANOS), arrives);
        }
    }

    private ClientMessage message(Epoch epoch) {
        return switch (wish) {
            case Workload.Wish.Get get ->
                    new ClientMessage.Get(wish.chain(), epoch, get.key(), get.level());
            case Workload.Wish.Scan scan ->
                    new ClientMessage.Scan(wish.chain(), epoch, scan.range(), ReadLevel.STRONG);
            case Workload.Wish.GetUsage get ->
                    new ClientMessage.GetUsage(wish.chain(), epoch, get.scopes(), get.level());
            case Workload.Wish.Write write -> new ClientMessage.Write(
                    wish.chain(), epoch, requestId, write.conditions(), write.mutations());
        };
    }

    private void timedOut(SimNode node, long ticket) {
        world.counts.add("call: timed out");
        unsettled = true;
        if (node.up() && world.chance.percent(50)) {
            node.replica(wish.chain()).abandon(ticket);
        }
        again();
    }

    /// Tries again after a pause, with a fresh configuration, or gives up.
    private void again() {
        int number = ++attempt;
        long pauseNanos = world.chance.between(1_000_000L, 50_000_000L);
        world.after(pauseNanos, () -> {
            if (number != attempt) {
                return;
            }
            client.refresh(wish.chain());
            if (world.nowNanos() < deadlineNanos) {
                attempt();
            } else {
                giveUp();
            }
        });
    }

    private void giveUp() {
        world.counts.add("call: given up");
        if (unsettled && message(Epoch.NONE) instanceof ClientMessage.Write write) {
            sightings.written(write, invokedNanos, History.NEVER);
        }
        end(false);
    }

    private void end(boolean success) {
        attempt++;
        client.finished(success);
    }

    private void answered(int number, ClientMessage message, SimReplica.Answer answer) {
        if (number != attempt) {
            return;
        }
        ClientReply reply = answer.reply();
        world.counts.add("reply: " + reply.getClass().getSimpleName());
        AnswerCheck check = new AnswerCheck(truth, attemptSeq, answer.committedSeq());
        switch (reply) {
            case ClientReply.Stored r -> stored((ClientMessage.Write) message, r, answer);
            case ClientReply.Refused r -> refused((ClientMessage.Write) message, r, check);
            case ClientReply.Found r -> read((ClientMessage.Get) message,
                    Optional.of(r.version()), check);
            case ClientReply.Missing _ ->
                    read((ClientMessage.Get) message, Optional.empty(), check);
            case ClientReply.Page r -> page((ClientMessage.Scan) message, r, check);
            case ClientReply.Used r -> usage((ClientMessage.GetUsage) message, r.usage(), check);
            case ClientReply.Unknown _ -> {
                unsettled = true;
                again();
            }
            case ClientReply.AskAnother _, ClientReply.TooStale _, ClientReply.Busy _,
                    ClientReply.TooFewReplicas _, ClientReply.NoSpace _ -> again();
            case ClientReply.Invalid r -> throw new Violation(message + " is " + r);
        }
    }

    private void stored(
            ClientMessage.Write write, ClientReply.Stored reply, SimReplica.Answer answer) {
        new AnswerCheck(truth, invokedSeq, answer.committedSeq()).stored(write, reply);
        sightings.written(write, invokedNanos, world.nowNanos());
        end(true);
    }

    /// After an attempt without answer a refusal settles nothing: that attempt may be applied yet.
    private void refused(
            ClientMessage.Write write, ClientReply.Refused reply, AnswerCheck check) {
        check.refused(write, reply);
        sightings.refused(write, reply, attemptNanos);
        if (unsettled) {
            sightings.written(write, invokedNanos, History.NEVER);
        }
        end(true);
    }

    private void read(ClientMessage.Get get, Optional<Version> answer, AnswerCheck check) {
        if (get.level() instanceof ReadLevel.Strong) {
            check.read(get.key(), answer);
            sightings.read(get.key(), answer, attemptNanos);
        } else {
            check.weakRead(get.key(), answer);
        }
        end(true);
    }

    private void usage(ClientMessage.GetUsage get, Usage usage, AnswerCheck check) {
        if (get.level() instanceof ReadLevel.Strong) {
            check.usage(get.scopes(), usage);
        } else {
            check.weakUsage(get.scopes(), usage);
        }
        end(true);
    }

    private void page(ClientMessage.Scan scan, ClientReply.Page page, AnswerCheck check) {
        check.scan(scan.range(), page);
        sightings.page(wish.chain(), scan.range(), page, attemptNanos);
        end(true);
    }
}
