package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads of a chain's rows, each on one snapshot.
final class ChainReader {
    /// A chunk of a copy ends at the first of these that is reached.
    static final int CHUNK_BYTES = 256 << 10;
    static final int CHUNK_RECORDS = 512;
    static final int CHUNK_BODY_BYTES = 16 << 20;
    /// Updates of the log that are read at once; one may be larger.
    static final int LOG_BYTES = 256 << 10;

    private final Tables tables;
    private final Shelf shelf;
    private final IndexTree index;

    ChainReader(Tables tables, Shelf shelf, IndexTree index) {
        this.tables = tables;
        this.shelf = shelf;
        this.index = index;
    }

    Input.DiskRead read(Tx tx, Effect.DiskRead read) {
        return switch (read) {
            case Effect.Lookup lookup -> lookup(tx, lookup);
            case Effect.ReadValue value ->
                    new Input.ValueRead(value.ticket(), version(tx, value.key()));
            case Effect.ScanIndex scan -> scan(tx, scan);
            case Effect.ReadUsage usage -> usage(tx, usage);
            case Effect.ReadChunk chunk -> new Input.ChunkRead(chunk(tx, chunk));
            case Effect.ReadLog log -> readLog(tx, log.fromSeq());
        };
    }

    /// Of the snapshot, not what the writer has in memory.
    private ShelfRecord record(Tx tx) {
        return tables.chains.get(tx, Shelf.chainKey(shelf.chain())).map(ShelfRecord::decode)
                .filter(record -> record.shelf() == shelf.number())
                .orElseGet(() -> ShelfRecord.fresh(shelf.number()));
    }

    /// How many bytes the index has, all of them verified.
    long verifyIndex(Tx tx) {
        IndexCheck check = new IndexCheck();
        check.check(tx, tables, index, record(tx));
        return check.bytes();
    }

    private Optional<Version> version(Tx tx, Bytes key) {
        ByteBuffer view = index.view(tx, shelf.number(), key);
        return view == null ? Optional.empty() : IndexRecord.decode(view).visible();
    }

    private Input.LookedUp lookup(Tx tx, Effect.Lookup lookup) {
        List<Optional<Version>> versions =
                lookup.keys().stream().map(key -> version(tx, key)).toList();
        List<Boolean> holds =
                lookup.prefixes().stream().map(prefix -> prefixHolds(tx, prefix)).toList();
        return new Input.LookedUp(
                lookup.ticket(), record(tx).applied().seq(), versions, holds);
    }

    private boolean prefixHolds(Tx tx, Bytes prefix) {
        try (IndexCursor cursor = index.cursor(tx, shelf.number())) {
            boolean more = cursor.seek(prefix);
            while (more && cursor.key().startsWith(prefix)) {
                if (IndexRecord.decode(cursor.view(), 0) instanceof IndexRecord.Live) {
                    return true;
                }
                more = cursor.next();
            }
            return false;
        }
    }

    private Input.Scanned scan(Tx tx, Effect.ScanIndex scan) {
        try (IndexCursor cursor = index.cursor(tx, shelf.number())) {
            return new IndexScan(cursor, scan, record(tx).applied().seq()).run(scan.ticket());
        }
    }

    private Input.UsageRead usage(Tx tx, Effect.ReadUsage read) {
        long applied = record(tx).applied().seq();
        Usage usage = ChainUsage.of(tx, tables.usage, shelf.number(), read.scopes());
        for (var change : read.overlay().entrySet()) {
            Effect.Overlay newer = change.getValue();
            if (newer.position().seq() > applied) {
                usage = usage.minus(read.scopes().of(indexed(tx, change.getKey())))
                        .plus(read.scopes().of(newer.version()));
            }
        }
        return new Input.UsageRead(read.ticket(), usage);
    }

    /// The version that the index has, without its value.
    private Optional<Version> indexed(Tx tx, Bytes key) {
        ByteBuffer view = index.view(tx, shelf.number(), key);
        return view == null ? Optional.empty() : IndexRecord.decode(view, 0).visible();
    }

    private ChainMessage.CopyChunk chunk(Tx tx, Effect.ReadChunk read) {
        List<ScanEntry.Item> items = new ArrayList<>();
        long bytes = 0;
        long bodyBytes = 0;
        boolean more;
        try (IndexCursor cursor = index.cursor(tx, shelf.number())) {
            more = cursor.seek(read.after());
            while (more && bytes < CHUNK_BYTES && items.size() < CHUNK_RECORDS
                    && bodyBytes < CHUNK_BODY_BYTES) {
                Bytes key = cursor.key();
                Optional<Version> version = key.equals(read.after()) ? Optional.empty()
                        : IndexRecord.decode(cursor.view()).visible();
                if (version.isPresent()) {
                    items.add(new ScanEntry.Item(key, version.get()));
                    bytes += cursor.view().remaining() + key.length();
                    bodyBytes += version.get().body().map(BodyRef::lengthBytes).orElse(0);
                }
                more = cursor.next();
            }
        }
        Bytes through = items.isEmpty() ? read.after() : items.getLast().key();
        return new ChainMessage.CopyChunk(read.number(), read.after(), through, !more,
                record(tx).applied().seq(), items);
    }

    private Input.LogRead readLog(Tx tx, long fromSeq) {
        if (fromSeq < record(tx).logFloorSeq()) {
            return new Input.LogRead(fromSeq, List.of());
        }
        return new Input.LogRead(fromSeq, shelf.readLog(tx, fromSeq, Long.MAX_VALUE, LOG_BYTES));
    }
}
