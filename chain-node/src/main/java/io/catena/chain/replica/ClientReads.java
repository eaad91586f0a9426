package io.catena.chain.replica;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Version;
import io.catena.protocol.invariant.Invariant;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Apportioned reads (CRAQ, section 2.3): any serving replica answers; a clean key at once, a dirty
/// one after asking the query tail what is committed. One question carries all reads that wait when
/// it is sent; those that arrive later wait for the next, since only an answer to a question asked
/// after a read's arrival may serve it.
///
/// The lease is checked when the value is at hand, by the clock of that step.
final class ClientReads {
    private sealed interface Want {
        ReadLevel level();
    }

    private record WantValue(Bytes key, ReadLevel level) implements Want {}

    private record WantPage(ClientMessage.Scan scan, ReadLevel level) implements Want {}

    private record WantUsage(Scopes scopes, ReadLevel level) implements Want {}

    private record Waiting(long ticket, Want want, long sinceNanos) {}

    private final ReplicaState state;
    private final TreeMap<Long, Want> atDisk = new TreeMap<>();
    private List<Waiting> asking = new ArrayList<>();
    private List<Waiting> nextAsking = new ArrayList<>();
    private Optional<Member> queryTail = Optional.empty();
    private long query;
    private long queriedNanos;
    private long clean;
    private long dirty;

    ClientReads(ReplicaState state) {
        this.state = state;
    }

    long clean() {
        return clean;
    }

    long dirty() {
        return dirty;
    }

    /// Who is asked from now on; empty: this replica is the query tail. Reads of the epoch before
    /// end.
    void configured(Optional<Member> tail) {
        endAll("configuration changed");
        queryTail = tail;
    }

    void endAll(String reason) {
        atDisk.keySet().forEach(ticket -> state.askAnother(ticket, reason));
        asking.forEach(waiting -> state.askAnother(waiting.ticket(), reason));
        nextAsking.forEach(waiting -> state.askAnother(waiting.ticket(), reason));
        atDisk.clear();
        asking = new ArrayList<>();
        nextAsking = new ArrayList<>();
    }

    void get(long ticket, ClientMessage.Get get) {
        ask(ticket, new WantValue(get.key(), get.level()));
    }

    void scan(long ticket, ClientMessage.Scan scan) {
        ask(ticket, new WantPage(scan, scan.level()));
    }

    void usage(long ticket, ClientMessage.GetUsage get) {
        ask(ticket, new WantUsage(get.scopes(), get.level()));
    }

    private void ask(long ticket, Want want) {
        if (atDisk.size() + asking.size() + nextAsking.size() >= state.settings.readsWaitingMax()) {
            state.reply(ticket, new ClientReply.Busy("too many reads wait"));
            return;
        }
        if (refused(ticket, want.level())) {
            return;
        }
        boolean strong = want.level() instanceof ReadLevel.Strong;
        if (!strong || queryTail.isEmpty() || isClean(want)) {
            clean++;
            serve(ticket, want, state.log.committed());
        } else {
            dirty++;
            nextAsking.add(new Waiting(ticket, want, state.nowNanos));
            if (asking.isEmpty()) {
                askQueryTail();
            }
        }
    }

    private boolean isClean(Want want) {
        return switch (want) {
            case WantValue value -> !state.log.isDirty(value.key());
            case WantPage _, WantUsage _ -> state.log.uncommitted() == 0;
        };
    }

    private boolean refused(long ticket, ReadLevel level) {
        if (!state.serving) {
            state.askAnother(ticket, "not serving");
            return true;
        }
        Optional<String> staleness = staleness(level);
        staleness.ifPresent(reason -> state.reply(ticket, new ClientReply.TooStale(reason)));
        return staleness.isPresent();
    }

    /// Why what is held here may be too old; empty: it is not.
    private Optional<String> staleness(ReadLevel level) {
        return switch (level) {
            case ReadLevel.Strong _ -> state.leased() ? Optional.empty() : Optional.of(
                    "the replica has no lease from the master: the chain may go on without it");
            case ReadLevel.Eventual _ -> Optional.empty();
            case ReadLevel.Bounded bounded -> staleness(bounded);
        };
    }

    private Optional<String> staleness(ReadLevel.Bounded bounded) {
        boolean fresh = state.leaseUntilNanos != Long.MIN_VALUE && state.nowNanos
                - state.leaseUntilNanos <= bounded.staleMillisMax() * 1_000_000L;
        if (!fresh) {
            return Optional.of("the replica's lease ended more than " + bounded.staleMillisMax()
                    + " ms ago");
        }
        return state.log.uncommitted() <= bounded.staleVersionsMax() ? Optional.empty()
                : Optional.of("the replica does not know what became of its last "
                        + state.log.uncommitted() + " updates");
    }

    /// Answers with the state at `seq`, or a later committed one.
    private void serve(long ticket, Want want, long seq) {
        switch (want) {
            case WantValue value -> state.log.at(value.key(), seq).ifPresentOrElse(
                    overlay -> finish(ticket, want.level(), valueReply(overlay.version())),
                    () -> {
                        atDisk.put(ticket, want);
                        state.emit(new Effect.ReadValue(ticket, value.key()));
                    });
            case WantPage page -> {
                atDisk.put(ticket, want);
                var range = page.scan().range();
                state.emit(new Effect.ScanIndex(
                        ticket, range, state.log.overlay(range.prefix(), seq)));
            }
            case WantUsage usage -> {
                atDisk.put(ticket, want);
                state.emit(new Effect.ReadUsage(ticket, usage.scopes(), state.log.overlay(seq)));
            }
        }
    }

    private static ClientReply valueReply(Optional<Version> version) {
        return version.<ClientReply>map(ClientReply.Found::new).orElse(new ClientReply.Missing());
    }

    private void finish(long ticket, ReadLevel level, ClientReply reply) {
        if (!refused(ticket, level)) {
            state.reply(ticket, reply);
        }
    }

    void valueRead(Input.ValueRead read) {
        Want want = atDisk.remove(read.ticket());
        if (want != null) {
            finish(read.ticket(), want.level(), valueReply(read.version()));
        }
    }

    void scanned(Input.Scanned scanned) {
        Want want = atDisk.remove(scanned.ticket());
        if (want != null) {
            finish(scanned.ticket(), want.level(),
                    new ClientReply.Page(scanned.entries(), scanned.next()));
        }
    }

    void usageRead(Input.UsageRead read) {
        Want want = atDisk.remove(read.ticket());
        if (want != null) {
            finish(read.ticket(), want.level(), new ClientReply.Used(read.usage()));
        }
    }

    void abandoned(long ticket) {
        atDisk.remove(ticket);
        asking.removeIf(waiting -> waiting.ticket() == ticket);
        nextAsking.removeIf(waiting -> waiting.ticket() == ticket);
    }

    private void askQueryTail() {
        asking.addAll(nextAsking);
        nextAsking = new ArrayList<>();
        query++;
        queriedNanos = state.nowNanos;
        state.send(queryTail.orElseThrow(), new ChainMessage.CommittedQuery(query));
    }

    void answered(ChainMessage.CommittedAnswer answer) {
        if (answer.query() != query || asking.isEmpty()) {
            return;
        }
        Invariant.check(answer.seq() <= state.log.endSeq(),
                () -> "the query tail committed " + answer.seq() + ", this member has "
                        + state.log.endSeq());
        List<Waiting> served = asking;
        asking = new ArrayList<>();
        for (Waiting waiting : served) {
            serve(waiting.ticket(), waiting.want(), Math.max(answer.seq(), state.log.committed()));
        }
        if (!nextAsking.isEmpty()) {
            askQueryTail();
        }
    }

    void tick() {
        long nanosMax = state.settings.readWaitNanosMax();
        asking.removeIf(waiting -> expired(waiting, nanosMax));
        nextAsking.removeIf(waiting -> expired(waiting, nanosMax));
        boolean lost = state.nowNanos - queriedNanos > state.settings.queryRetryNanos();
        if (!asking.isEmpty() && lost || asking.isEmpty() && !nextAsking.isEmpty()) {
            askQueryTail();
        }
    }

    private boolean expired(Waiting waiting, long nanosMax) {
        boolean expired = state.nowNanos - waiting.sinceNanos() > nanosMax;
        if (expired) {
            state.askAnother(waiting.ticket(), "the query tail does not answer");
        }
        return expired;
    }
}
