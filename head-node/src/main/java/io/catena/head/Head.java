package io.catena.head;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ClientMessage;
import java.util.Optional;
import java.util.TreeSet;

/// The head role: the only place where a write enters a chain. It decides on each write by itself
/// (retry, conditions, limits) and gives it its position; the replica that holds it appends,
/// flushes and forwards.
///
/// Built anew whenever its replica becomes head or stays head in a new epoch, from what every
/// replica keeps: the end of its log and the outcomes of recent requests.
public final class Head {
    private final Sequencer sequencer;
    private final RequestOutcomes outcomes;

    public Head(Epoch epoch, long lastSeq, RequestOutcomes outcomes) {
        this.sequencer = new Sequencer(epoch, lastSeq);
        this.outcomes = outcomes;
    }

    /// Decides on a write. A position is used up only by [Admission.Admitted], which the caller
    /// must append.
    public Admission admit(ClientMessage.Write write, Resolver resolver) {
        var earlier = outcomes.find(write.requestId());
        if (earlier.isPresent()) {
            return new Admission.Duplicate(earlier.get());
        }
        Optional<String> broken = brokenLimit(write);
        if (broken.isPresent()) {
            return new Admission.Invalid(broken.get());
        }
        return Preconditions.judge(write.conditions(), resolver).orElseGet(() ->
                new Admission.Admitted(
                        new Update(sequencer.next(), write.requestId(), write.mutations())));
    }

    private static Optional<String> brokenLimit(ClientMessage.Write write) {
        if (write.mutations().isEmpty()
                || write.mutations().size() > ClientMessage.Write.MUTATIONS_MAX) {
            return Optional.of("a write has 1 to " + ClientMessage.Write.MUTATIONS_MAX
                    + " mutations");
        }
        if (write.conditions().size() > ClientMessage.Write.CONDITIONS_MAX) {
            return Optional.of("a write has at most " + ClientMessage.Write.CONDITIONS_MAX
                    + " conditions");
        }
        TreeSet<Bytes> keys = new TreeSet<>();
        long weightBytes = 0;
        for (Mutation mutation : write.mutations()) {
            if (!keys.add(mutation.key())) {
                return Optional.of("a write changes a key once");
            }
            if (mutation instanceof Mutation.Put put) {
                weightBytes += put.key().length() + put.tag().length() + put.value().length();
            }
        }
        return weightBytes > ClientMessage.Write.WEIGHT_BYTES_MAX
                ? Optional.of("a write has at most " + ClientMessage.Write.WEIGHT_BYTES_MAX
                        + " bytes")
                : Optional.empty();
    }
}
