package io.catena.chain.replica;

import io.catena.head.Head;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Update;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.Envelope;
import io.catena.tail.CommitPoint;
import io.catena.tail.QueryTail;
import java.util.List;
import java.util.Optional;

/// One replica of one chain: everything that van Renesse & Schneider (OSDI 2004) and CRAQ (USENIX
/// ATC 2009) say a node does, with the rules of docs/protocol.md. Pure: inputs and the time in,
/// effects out; no thread, clock, socket or disk.
///
/// Every replica has the same middle: append in order, flush, forward, keep clean and dirty
/// versions apart. Where it stands is three small choices, made only in [#onConfigured], to a
/// greater epoch:
///
/// | position | upstream | downstream | queries |
/// |---|---|---|---|
/// | head · sole member | Clients | Successor · PathEnd | At · Here |
/// | middle | Predecessor | Successor | At |
/// | tail · tail before a joining replica | Predecessor | PathEnd · Successor(joining) | Here |
/// | joining (serves nothing) | Predecessor | PathEnd | At |
///
/// A replica without a seat in the configuration has none of the three and refuses everything.
public final class Replica {
    private static final String STOOD_DOWN = "stood down";

    private record Seat(Upstream upstream, Downstream downstream, Queries queries) {}

    private final ReplicaState state;
    private final ReplicaLog log;
    private final ClientReads reads;
    private final ClientWrites writes;
    private final Filling filling;
    private final boolean recoveredWhole;

    private Optional<Seat> seat = Optional.empty();
    private Optional<Forwarding> forwarding = Optional.empty();
    /// What every predecessor holds durably; stays true over epochs, since predecessors only get
    /// fewer.
    private long predecessorsDurable;
    private long acknowledgeTold;
    /// What the predecessor takes for true of the room from here on.
    private boolean roomTold = true;
    private long adoptedNanos;
    /// This process was a member or joining: what its disk held at the start is no longer the
    /// point.
    private boolean heldSeat;
    private boolean failed;

    /// @param self the seat that this process takes when a configuration names it
    /// @param recovered what the disk held when the process started
    public Replica(
            Member self, ChainId chain, ReplicaSettings settings, RecoveredReplica recovered) {
        this.log = new ReplicaLog(recovered.applied(), settings.retainedUpdates());
        this.state = new ReplicaState(self, chain, settings, log);
        this.reads = new ClientReads(state);
        this.writes = new ClientWrites(state, this::append);
        this.filling = new Filling(state, recovered.exact());
        this.recoveredWhole = recovered.whole() && recovered.exact();
        recovered.outcomes().stream()
                .filter(o -> o.position().seq() <= recovered.applied().seq())
                .forEach(o -> state.outcomes.add(o.requestId(), o.position()));
        for (Update update : recovered.log()) {
            log.append(update);
            state.outcomes.add(update.requestId(), update.position());
        }
        log.flushed(log.endSeq());
    }

    /// Takes one input at `nowNanos` (monotonic; read from the clock after the input arrived) and
    /// gives what must be done, in order.
    ///
    /// @throws io.catena.protocol.invariant.InvariantViolation when something that can never be is:
    ///     the replica must not be used again
    public List<Effect> step(Input input, long nowNanos) {
        state.nowNanos = nowNanos;
        if (!failed) {
            dispatch(input);
            settle();
            log.invariants();
        } else if (input instanceof Input.Asked asked) {
            state.askAnother(asked.ticket(), "the disk failed");
        }
        return state.takeEffects();
    }

    private void dispatch(Input input) {
        switch (input) {
            case Input.Configured i -> onConfigured(i.configuration());
            case Input.Leased i -> state.leaseUntilNanos = i.untilNanos();
            case Input.StandDown i -> onStandDown(i.epoch());
            case Input.Asked i -> onAsked(i.ticket(), i.message());
            case Input.Abandoned i -> reads.abandoned(i.ticket());
            case Input.Received i -> onReceived(i.envelope());
            case Input.LinkUp i -> onLinkUp(i.peer());
            case Input.Tick _ -> onTick();
            case Input.Room i -> state.roomHere = i.room();
            case Input.DiskFailed i -> onDiskFailed(i.reason());
            case Input.Flushed i -> onFlushed(i.seq());
            case Input.Applied i -> onApplied(i.seq());
            case Input.JoinBegun _ -> onJoinBegun();
            case Input.CopyStarted _ -> {
                // The disk works in order: what follows in the copy waits for nothing here.
            }
            case Input.ChunkStored i -> predecessor().ifPresent(p ->
                    filling.chunkStored(i.number(), p));
            case Input.CopyEnded _ -> filling.copyEnded();
            case Input.MarkedWhole _ -> predecessor().ifPresent(filling::markedWhole);
            case Input.LookedUp i -> onLookedUp(i);
            case Input.ValueRead i -> reads.valueRead(i);
            case Input.Scanned i -> reads.scanned(i);
            case Input.UsageRead i -> reads.usageRead(i);
            case Input.ChunkRead i -> copy().ifPresent(c -> c.chunkRead(i.chunk()));
            case Input.LogRead i -> copy().ifPresent(c -> c.logRead(i));
        }
    }

    // --- configurations

    private void onConfigured(ChainConfiguration next) {
        Invariant.check(next.chain().equals(state.chain), "a configuration of another chain");
        if (next.epoch().compareTo(state.epoch()) <= 0) {
            return;
        }
        boolean wasServing = state.serving && state.isMember();
        boolean mayBeMember = mayBeMember(next);
        state.configuration = Optional.of(next);
        state.confirmed = false;
        state.serving = false;
        state.stoodDown = false;
        state.roomBehind = true;
        roomTold = true;
        adoptedNanos = state.nowNanos;
        acknowledgeTold = 0;
        if (next.isMember(state.self)) {
            Invariant.check(mayBeMember, () -> state.self + " is not whole, but a member of "
                    + next);
            becomeMember(next, wasServing);
        } else if (next.isJoining(state.self)) {
            becomeJoining(next);
        } else {
            leave("not a member");
        }
        reads.configured(queryTailElsewhere());
        forwarding.ifPresent(Forwarding::greet);
    }

    /// A member before, or filled, or one of the first members (perhaps it missed the first epoch),
    /// or this one starts the chain again alone after all members were gone.
    private boolean mayBeMember(ChainConfiguration next) {
        return state.isMember()
                || state.isJoining() && filling.isWhole()
                || !heldSeat && recoveredWhole && (log.endSeq() == 0
                        || next.members().equals(List.of(state.self)));
    }

    /// Head, middle or tail. A member that was serving keeps serving; one that was just promoted
    /// waits until it is confirmed: an old query tail before it might still answer with less.
    private void becomeMember(ChainConfiguration next, boolean wasServing) {
        Optional<Member> predecessor = next.predecessor(state.self);
        if (predecessor.isEmpty()) {
            becomeHead(next);
        } else {
            state.serving = wasServing;
            writes.depose();
            takeSeat(next, new Upstream.Predecessor(predecessor.get()));
        }
    }

    private void becomeHead(ChainConfiguration next) {
        state.confirmed = true;
        state.serving = true;
        Head head = new Head(next.epoch(), log.endSeq(), state.outcomes);
        takeSeat(next, new Upstream.Clients(head));
    }

    private void takeSeat(ChainConfiguration next, Upstream upstream) {
        heldSeat = true;
        Optional<Member> successor = next.successor(state.self);
        Downstream downstream = successor
                .<Downstream>map(s -> new Downstream.Successor(s, next.isJoining(s)))
                .orElse(new Downstream.PathEnd());
        Queries queries = next.queryTail().equals(state.self)
                ? new Queries.Here() : new Queries.At(next.queryTail());
        seat = Optional.of(new Seat(upstream, downstream, queries));
        forwarding = successor.map(s -> new Forwarding(state, s, next.isJoining(s)));
    }

    private void becomeJoining(ChainConfiguration next) {
        writes.depose();
        predecessorsDurable = 0;
        takeSeat(next, new Upstream.Predecessor(next.queryTail()));
        filling.begin();
    }

    private void leave(String reason) {
        state.serving = false;
        writes.depose();
        reads.endAll(reason);
        seat = Optional.empty();
        forwarding = Optional.empty();
    }

    /// Serves nothing more in this epoch: neither reads nor answers to version queries, and as head
    /// it admits nothing and ends what waits as unknown. It goes on to take, forward and
    /// acknowledge updates: what commits in this epoch, every member holds, and so does whoever
    /// stays (docs/decisions/0105).
    private void onStandDown(Epoch epoch) {
        if (state.isMember() && epoch.equals(state.epoch()) && !state.stoodDown) {
            state.stoodDown = true;
            state.serving = false;
            writes.depose();
            reads.endAll(STOOD_DOWN);
        }
    }

    private void onDiskFailed(String reason) {
        failed = true;
        leave(reason);
    }

    // --- clients

    private void onAsked(long ticket, ClientMessage message) {
        if (!message.epoch().equals(state.epoch())) {
            state.askAnother(ticket, "another epoch");
            return;
        }
        if (state.stoodDown) {
            state.askAnother(ticket, STOOD_DOWN);
            return;
        }
        switch (message) {
            case ClientMessage.Get get -> reads.get(ticket, get);
            case ClientMessage.Scan scan -> reads.scan(ticket, scan);
            case ClientMessage.GetUsage get -> reads.usage(ticket, get);
            case ClientMessage.Write write -> head().ifPresentOrElse(
                    head -> writes.ask(head, ticket, write),
                    () -> state.askAnother(ticket, "not the head"));
        }
    }

    private void onLookedUp(Input.LookedUp result) {
        head().ifPresent(head -> writes.lookedUp(head, result));
    }

    /// Takes the next update of the log: to the disk, and at once to the successor; flushes of all
    /// replicas run in parallel.
    private void append(Update update) {
        log.append(update);
        state.outcomes.add(update.requestId(), update.position());
        writes.appended(update);
        state.emit(new Effect.Append(update));
        forwarding.ifPresent(f -> f.appended(update));
    }

    // --- other replicas

    private void onReceived(Envelope envelope) {
        boolean forThisSeat = envelope.to().equals(state.self) && seat.isPresent()
                && envelope.epoch().equals(state.epoch());
        if (!forThisSeat) {
            return;
        }
        Member from = envelope.from();
        if (predecessor().filter(from::equals).isPresent()) {
            onPredecessor(from, envelope.message());
        } else if (forwarding.filter(f -> f.successor().equals(from)).isPresent()) {
            onSuccessor(forwarding.get(), envelope.message());
        }
        onQuery(from, envelope.message());
    }

    private void onPredecessor(Member from, ChainMessage message) {
        switch (message) {
            case ChainMessage.Hello _ -> onHello(from);
            case ChainMessage.Append m -> onAppend(m.update());
            case ChainMessage.DurableThrough m -> onDurableThrough(m.seq());
            case ChainMessage.CopyStart m -> whenJoining(() -> filling.copyStart(m, from));
            case ChainMessage.CopyChunk m -> whenJoining(() -> filling.chunk(m));
            case ChainMessage.CopyOutcomes m -> whenJoining(() -> filling.outcomes(m));
            case ChainMessage.CommittedThrough m ->
                    whenJoining(() -> filling.committedThrough(m.seq()));
            case ChainMessage.CopyEnd m -> whenJoining(() -> {
                filling.copyEnd(m, from);
                // What was acknowledged before the query tail counts this replica, it did not hear.
                acknowledgeTold = 0;
            });
            case ChainMessage.At _, ChainMessage.Acknowledge _, ChainMessage.CommittedQuery _,
                    ChainMessage.CommittedAnswer _, ChainMessage.JoinAt _,
                            ChainMessage.CopyStored _,
                    ChainMessage.Whole _, ChainMessage.Filled _, ChainMessage.Room _ -> {
                // Not a predecessor's to say; questions to the query tail are taken in onQuery.
            }
        }
    }

    private void onSuccessor(Forwarding to, ChainMessage message) {
        to.heard();
        switch (message) {
            case ChainMessage.At m -> {
                to.at(m);
                state.roomBehind = true;
                if (!state.configuration.orElseThrow().isJoining(to.successor())) {
                    onAcknowledge(m.committed());
                }
            }
            case ChainMessage.JoinAt m -> to.joinAt(m);
            case ChainMessage.Acknowledge m -> {
                to.acknowledged(m.seq());
                if (!to.commitsAlone()) {
                    onAcknowledge(m.seq());
                }
            }
            case ChainMessage.Room m -> state.roomBehind = m.room();
            case ChainMessage.CopyStored m -> to.copy().ifPresent(c -> c.stored(m));
            case ChainMessage.Filled m -> to.copy().ifPresent(c -> c.progressed(m.seq()));
            case ChainMessage.Whole m -> to.copy().ifPresent(c -> c.whole(m.seq()));
            case ChainMessage.Hello _, ChainMessage.Append _, ChainMessage.DurableThrough _,
                    ChainMessage.CommittedQuery _, ChainMessage.CommittedAnswer _,
                    ChainMessage.CopyStart _, ChainMessage.CopyChunk _, ChainMessage.CopyOutcomes _,
                    ChainMessage.CommittedThrough _, ChainMessage.CopyEnd _ -> {
                // Not a successor's to say.
            }
        }
    }

    private void onQuery(Member from, ChainMessage message) {
        if (message instanceof ChainMessage.CommittedQuery query && isQueryTail()) {
            QueryTail.answer(state.serving, state.leased(), log.committed()).ifPresent(seq ->
                    state.send(from, new ChainMessage.CommittedAnswer(query.query(), seq)));
        } else if (message instanceof ChainMessage.CommittedAnswer answer
                && seat.orElseThrow().queries() instanceof Queries.At(Member tail)
                && tail.equals(from)) {
            reads.answered(answer);
        }
    }

    private void whenJoining(Runnable act) {
        if (state.isJoining()) {
            act.run();
        }
    }

    /// Every replica before this one has adopted this epoch.
    private void onHello(Member predecessor) {
        boolean first = !state.confirmed;
        state.confirmed = true;
        acknowledgeTold = 0;
        if (state.isJoining()) {
            filling.greeted(predecessor);
            return;
        }
        state.serving = !state.stoodDown;
        state.send(predecessor, new ChainMessage.At(log.end(), log.committed()));
        roomTold = true;
        if (first) {
            forwarding.ifPresent(Forwarding::greet);
        }
    }

    private void onAppend(Update update) {
        if (state.isJoining() && !filling.takesUpdates()) {
            return;
        }
        if (update.seq() == log.endSeq() + 1) {
            append(update);
        } else if (update.seq() <= log.endSeq() && update.seq() > log.floor()) {
            Invariant.check(log.get(update.seq()).position().equals(update.position()),
                    () -> "logs diverge at " + update.position());
        }
        // A gap is left by a broken connection; the predecessor greets again and sends the rest.
    }

    private void onDurableThrough(long seq) {
        predecessorsDurable = Math.max(predecessorsDurable, seq);
    }

    private void onAcknowledge(long seq) {
        if (seq > log.committed()) {
            log.commit(Math.min(seq, log.endSeq()));
        }
    }

    private void onLinkUp(Member peer) {
        if (forwarding.filter(f -> f.successor().equals(peer)).isPresent()) {
            forwarding.get().linkUp();
        }
        if (predecessor().filter(peer::equals).isPresent() && state.confirmed) {
            // What was told over the former connection may be lost.
            onHello(peer);
        }
    }

    private void onTick() {
        reads.tick();
        forwarding.ifPresent(Forwarding::tick);
    }

    // --- the disk

    private void onFlushed(long seq) {
        if (seq > log.endSeq() || state.isJoining() && !filling.takesUpdates()) {
            // Of a log that a join has discarded meanwhile.
            return;
        }
        log.flushed(seq);
        if (state.isJoining()) {
            predecessor().ifPresent(filling::flushed);
        }
    }

    private void onApplied(long seq) {
        log.applied(seq);
        writes.applied();
    }

    private void onJoinBegun() {
        filling.begun(predecessor());
    }

    // --- after each step

    /// Draws the conclusions: what is committed now, who must hear of it, what can be applied.
    private void settle() {
        if (seat.isPresent()) {
            long predecessors = isHead() ? log.endSeq() : predecessorsDurable;
            if (commitsHere()) {
                log.commit(CommitPoint.advance(log.committed(), log.durable(), predecessors));
            } else if (state.isJoining()) {
                log.commit(filling.committed());
            }
            tellNeighbours(Math.min(log.durable(), predecessors));
        }
        writes.release();
        if (log.takeApplicable()) {
            state.emit(new Effect.Apply(log.committed()));
        }
        if (state.isJoining()) {
            filling.settle();
        }
    }

    private boolean commitsHere() {
        boolean whole = state.isJoining() ? filling.isWhole() : state.serving;
        boolean end = switch (seat.orElseThrow().downstream()) {
            case Downstream.PathEnd _ -> true;
            case Downstream.Successor _ -> forwarding.orElseThrow().commitsAlone();
        };
        return whole && end;
    }

    private void tellNeighbours(long durableSeq) {
        forwarding.ifPresent(f -> f.tellDurable(durableSeq));
        boolean acknowledges = state.isJoining() ? filling.isWhole() : state.confirmed;
        if (acknowledges && log.committed() > acknowledgeTold && predecessor().isPresent()) {
            acknowledgeTold = log.committed();
            state.send(predecessor().get(), new ChainMessage.Acknowledge(log.committed()));
        }
        if (state.isMember() && state.confirmed && roomTold != state.room()) {
            roomTold = state.room();
            predecessor().ifPresent(p -> state.send(p, new ChainMessage.Room(state.room())));
        }
    }

    // --- where it stands

    private Optional<Head> head() {
        return seat.map(Seat::upstream).flatMap(upstream -> switch (upstream) {
            case Upstream.Clients clients -> Optional.of(clients.head());
            case Upstream.Predecessor _ -> Optional.empty();
        });
    }

    private boolean isHead() {
        return head().isPresent();
    }

    private Optional<Member> predecessor() {
        return seat.map(Seat::upstream).flatMap(upstream -> switch (upstream) {
            case Upstream.Clients _ -> Optional.empty();
            case Upstream.Predecessor predecessor -> Optional.of(predecessor.member());
        });
    }

    private boolean isQueryTail() {
        return seat.filter(s -> s.queries() instanceof Queries.Here).isPresent();
    }

    private Optional<Member> queryTailElsewhere() {
        return seat.map(Seat::queries).flatMap(queries -> switch (queries) {
            case Queries.Here _ -> Optional.empty();
            case Queries.At at -> Optional.of(at.tail());
        });
    }

    private Optional<Copy> copy() {
        return forwarding.flatMap(Forwarding::copy);
    }

    /// For those who watch.
    public ReplicaStatus status() {
        return new ReplicaStatus(state.configuration, role(), state.serving, state.confirmed,
                state.leaseUntilNanos, log.endSeq(), log.durable(), log.committed(),
                log.applied().seq(), state.isMember() || state.isJoining() && filling.isWhole(),
                state.stoodDown, state.room(), unresponsive(), reads.clean(), reads.dirty());
    }

    /// Whom the master is told of. A joining replica accuses nobody: nothing waits for it. The
    /// successor comes first: that one was asked and does not answer, while a predecessor that does
    /// not confirm may wait for its own; the master knows (docs/decisions/0105).
    private Optional<Member> unresponsive() {
        if (seat.isEmpty() || !state.isMember()) {
            return Optional.empty();
        }
        boolean unconfirmed = !state.confirmed
                && state.nowNanos - adoptedNanos > state.settings.accuseNanos();
        return forwarding.filter(Forwarding::isUnresponsive).map(Forwarding::successor)
                .or(() -> predecessor().filter(_ -> unconfirmed));
    }

    private ReplicaStatus.Role role() {
        if (seat.isEmpty()) {
            return ReplicaStatus.Role.NONE;
        }
        if (state.isJoining()) {
            return ReplicaStatus.Role.JOINING;
        }
        if (isHead()) {
            return isQueryTail() ? ReplicaStatus.Role.SOLE : ReplicaStatus.Role.HEAD;
        }
        return isQueryTail() ? ReplicaStatus.Role.TAIL : ReplicaStatus.Role.MIDDLE;
    }
}
