package io.catena.head;

import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Position;

/// Gives out positions: the head's epoch, and sequence numbers without gaps over all epochs.
final class Sequencer {
    private final Epoch epoch;
    private long lastSeq;

    Sequencer(Epoch epoch, long lastSeq) {
        this.epoch = epoch;
        this.lastSeq = lastSeq;
    }

    Position next() {
        return new Position(epoch, ++lastSeq);
    }
}
