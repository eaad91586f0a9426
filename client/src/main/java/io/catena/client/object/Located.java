package io.catena.client.object;

import io.catena.protocol.chain.ChainId;
import io.vertx.core.Future;

/// A received body on its way into a record: it is brought to a chain once, however often the
/// record is tried to be written there.
final class Located {
    private final Ingest ingest;
    private final Ingest.Taken taken;
    private ChainId at;
    private Future<Location> location;

    Located(Ingest ingest, Ingest.Taken taken) {
        this.ingest = ingest;
        this.taken = taken;
    }

    /// Where a record on `home` finds the bytes.
    Future<Location> at(ChainId home) {
        if (!home.equals(at) || location.failed()) {
            at = home;
            location = ingest.locate(taken, home);
        }
        return location;
    }
}
