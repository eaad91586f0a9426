package io.catena.simulation;

import io.catena.protocol.chain.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What clients saw, key by key: requests and answers with their times, and nothing of what went on
/// inside the cluster.
public final class History {
    public static final long NEVER = Long.MAX_VALUE;

    /// What a request did to one key. Values are numbers; 0: the key holds nothing.
    public sealed interface Act {
        /// The key was found to hold `value`.
        record Read(long value) implements Act {}

        /// The key holds `value` from then on, if it satisfied `when` before.
        record Write(When when, long value) implements Act {}

        /// A write found that the key did not satisfy `when`.
        record Refusal(When when) implements Act {}
    }

    /// What a conditional write asks of the key.
    public sealed interface When {
        record Always() implements When {}

        record Absent() implements When {}

        record Present() implements When {}

        record Holds(long value) implements When {}

        default boolean test(long value) {
            return switch (this) {
                case Always _ -> true;
                case Absent _ -> value == 0;
                case Present _ -> value != 0;
                case Holds holds -> holds.value() == value;
            };
        }
    }

    /// @param returnedNanos [#NEVER]: the answer is not known, the act may come at any later time
    ///     or not at all
    public record Operation(Act act, long invokedNanos, long returnedNanos) {
        public boolean known() {
            return returnedNanos != NEVER;
        }
    }

    private final TreeMap<Bytes, List<Operation>> byKey = new TreeMap<>();
    private long size;

    public void add(Bytes key, Act act, long invokedNanos, long returnedNanos) {
        byKey.computeIfAbsent(key, _ -> new ArrayList<>())
                .add(new Operation(act, invokedNanos, returnedNanos));
        size++;
    }

    public TreeMap<Bytes, List<Operation>> byKey() {
        return byKey;
    }

    public long size() {
        return size;
    }
}
