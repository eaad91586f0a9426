package io.catena.chain.store.lmdb;

import io.catena.chain.replica.RecoveredReplica;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A chain's log and record on its shelf, and of them what the writer keeps in memory. Loaded when
/// the chain is opened; changed by the writer thread only.
final class Shelf {
    private final Tables tables;
    private final ChainId chain;
    private final long number;
    private final byte[] chainKey;
    private final byte[] prefix;
    private ShelfRecord record;
    private boolean saved;
    private boolean forgotten;
    private Position logEnd;

    /// Updates behind `applied`: bounded by the replica's window of uncommitted writes.
    private final Deque<Update> unapplied = new ArrayDeque<>();

    private Shelf(Tables tables, ChainId chain, ShelfRecord record, boolean saved) {
        this.tables = tables;
        this.chain = chain;
        this.record = record;
        this.saved = saved;
        number = record.shelf();
        chainKey = chainKey(chain);
        prefix = Keys.of(record.shelf());
        logEnd = record.applied();
    }

    static byte[] chainKey(ChainId chain) {
        return ByteBuffer.allocate(4).putInt(chain.value()).array();
    }

    static Shelf load(Tables tables, Tx tx, ChainId chain, Ids ids) {
        Shelf shelf = tables.chains.get(tx, chainKey(chain))
                .map(bytes -> new Shelf(tables, chain, ShelfRecord.decode(bytes), true))
                .orElseGet(() -> new Shelf(tables, chain, ShelfRecord.fresh(ids.take()), false));
        shelf.loadLog(tx);
        return shelf;
    }

    private void loadLog(Tx tx) {
        readLog(tx, record.applied().seq() + 1, Long.MAX_VALUE, Integer.MAX_VALUE)
                .forEach(unapplied::add);
        if (!unapplied.isEmpty()) {
            logEnd = unapplied.getLast().position();
        }
    }

    /// What the disk holds of a chain.
    static RecoveredReplica recovered(Tables tables, Tx tx, ChainId chain) {
        return tables.chains.get(tx, chainKey(chain)).map(bytes -> {
            Shelf shelf = new Shelf(tables, chain, ShelfRecord.decode(bytes), true);
            shelf.loadLog(tx);
            return shelf.recovered(tx);
        }).orElseGet(RecoveredReplica::empty);
    }

    private RecoveredReplica recovered(Tx tx) {
        return new RecoveredReplica(record.applied(), record.exact(), record.whole(),
                record.logFloorSeq(), List.copyOf(unapplied), outcomes(tx));
    }

    private List<ChainMessage.Outcome> outcomes(Tx tx) {
        List<ChainMessage.Outcome> outcomes = new ArrayList<>();
        try (Rows rows = tables.outcomes.rows(tx)) {
            boolean more = rows.seek(prefix);
            while (more && rows.keyStartsWith(prefix)) {
                WireReader in = new WireReader(rows.value());
                outcomes.add(new ChainMessage.Outcome(ChainWire.requestId(in),
                        new Position(new Epoch(in.i64()), Rows.lastLong(rows.key()))));
                more = rows.next();
            }
        }
        return outcomes;
    }

    ChainId chain() {
        return chain;
    }

    /// The shelf's number: prefix of its rows and root of its index.
    long number() {
        return number;
    }

    ShelfRecord record() {
        return record;
    }

    void change(Tx tx, ShelfRecord changed) {
        record = changed;
        saved = true;
        tables.chains.put(tx, chainKey, changed.encode());
    }

    /// Makes the chain known on this disk with the first of its rows.
    void makeKnown(Tx tx) {
        if (!saved) {
            change(tx, record);
        }
    }

    void forget(Tx tx) {
        tables.chains.delete(tx, chainKey);
        tables.dropped.put(tx, prefix, new byte[0]);
        forgotten = true;
    }

    boolean isForgotten() {
        return forgotten;
    }

    Position logEnd() {
        return logEnd;
    }

    void append(Tx tx, Update update) {
        WireWriter out = new WireWriter((int) Math.min(update.weightBytes() + 64, 4 << 20));
        ChainWire.update(out, update);
        tables.log.put(tx, Keys.of(number, update.seq()), out.toArray());
        unapplied.addLast(update);
        logEnd = update.position();
    }

    Deque<Update> unapplied() {
        return unapplied;
    }

    /// The first unapplied update becomes history: its outcome is kept, and the bytes that it has
    /// in the log count against the history's limit.
    long applied(Tx tx, Update update) {
        unapplied.removeFirst();
        keepOutcome(tx, new ChainMessage.Outcome(update.requestId(), update.position()));
        ByteBuffer row = tables.log.view(tx, Keys.of(number, update.seq()));
        return row.remaining();
    }

    void keepOutcome(Tx tx, ChainMessage.Outcome outcome) {
        WireWriter out = new WireWriter(24);
        ChainWire.requestId(out, outcome.requestId());
        out.i64(outcome.position().epoch().value());
        tables.outcomes.put(tx, Keys.of(number, outcome.position().seq()), out.toArray());
    }

    /// Forgets history and outcomes beyond the limits.
    void trim(Tx tx, LmdbSettings settings) {
        long floor = record.logFloorSeq();
        long bytes = record.historyBytes();
        long applied = record.applied().seq();
        while (floor <= applied && (applied - floor + 1 > settings.historyUpdatesMax()
                || bytes > settings.historyBytesMax())) {
            byte[] key = Keys.of(number, floor);
            bytes -= tables.log.view(tx, key).remaining();
            tables.log.delete(tx, key);
            floor++;
        }
        if (floor != record.logFloorSeq()) {
            change(tx, record.withHistory(floor, bytes));
        }
        trimOutcomes(tx, applied - settings.outcomesMax());
    }

    private void trimOutcomes(Tx tx, long throughSeq) {
        List<byte[]> old = new ArrayList<>();
        try (Rows rows = tables.outcomes.rows(tx)) {
            boolean more = rows.seek(prefix);
            while (more && rows.keyStartsWith(prefix)
                    && Rows.lastLong(rows.key()) <= throughSeq) {
                old.add(rows.key());
                more = rows.next();
            }
        }
        old.forEach(key -> tables.outcomes.delete(tx, key));
    }

    /// Takes everything from `fromSeq` on out of the log.
    void cutLog(Tx tx, long fromSeq) {
        for (long seq = Math.max(fromSeq, record.logFloorSeq()); seq <= logEnd.seq(); seq++) {
            tables.log.delete(tx, Keys.of(number, seq));
        }
        unapplied.clear();
        logEnd = record.applied();
    }

    void startLogBehind(Position base) {
        logEnd = base;
    }

    /// Consecutive updates from `fromSeq` on, none when the log does not reach so far.
    List<Update> readLog(Tx tx, long fromSeq, long throughSeq, int bytesMax) {
        List<Update> updates = new ArrayList<>();
        long bytes = 0;
        for (long seq = fromSeq; seq <= throughSeq; seq++) {
            ByteBuffer row = tables.log.view(tx, Keys.of(number, seq));
            if (row == null || (!updates.isEmpty() && bytes + row.remaining() > bytesMax)) {
                break;
            }
            bytes += row.remaining();
            WireReader in = new WireReader(row.duplicate());
            updates.add(ChainWire.update(in));
            in.end();
        }
        return updates;
    }
}
