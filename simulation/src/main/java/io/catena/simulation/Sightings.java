package io.catena.simulation;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.Optional;
import java.util.TreeMap;

/// Turns what one client saw into the acts on single keys that a [History] keeps.
record Sightings(World world, Workload workload) {
    void read(Bytes key, Optional<Version> answer, long sinceNanos) {
        answer.ifPresent(version -> workload.saw(key, version));
        add(key, new History.Act.Read(Workload.number(answer)), sinceNanos, world.nowNanos());
    }

    private void add(Bytes key, History.Act act, long invokedNanos, long returnedNanos) {
        world.checks.history().add(key, act, invokedNanos, returnedNanos);
    }

    /// A page tells of every key in its range, also of those that it does not list.
    void page(ChainId chain, ScanRange range, ClientReply.Page page, long sinceNanos) {
        TreeMap<Bytes, Version> listed = new TreeMap<>();
        for (ScanEntry entry : page.entries()) {
            if (entry instanceof ScanEntry.Item item) {
                listed.put(item.key(), item.version());
            }
        }
        for (int number = 0; number < world.shape.keys(); number++) {
            Bytes key = world.shape.key(number);
            boolean inPage = key.startsWith(range.prefix()) && key.compareTo(range.from()) >= 0
                    && page.next().filter(next -> key.compareTo(next) >= 0).isEmpty();
            if (inPage && world.shape.chainOf(key).equals(chain)) {
                read(key, Optional.ofNullable(listed.get(key)), sinceNanos);
            }
        }
    }

    void written(ClientMessage.Write write, long invokedNanos, long returnedNanos) {
        for (Mutation mutation : write.mutations()) {
            long value = switch (mutation) {
                case Mutation.Put put -> Long.parseLong(put.tag().toUtf8());
                case Mutation.Delete _ -> 0L;
            };
            History.When when = write.conditions().stream()
                    .filter(condition -> condition.key().equals(mutation.key()))
                    .flatMap(condition -> when(condition).stream())
                    .findFirst().orElse(new History.When.Always());
            add(mutation.key(), new History.Act.Write(when, value), invokedNanos, returnedNanos);
        }
    }

    void refused(ClientMessage.Write write, ClientReply.Refused refused, long sinceNanos) {
        Condition condition = write.conditions().get(refused.conditionIndex());
        when(condition).ifPresent(when -> add(condition.key(), new History.Act.Refusal(when),
                sinceNanos, world.nowNanos()));
    }

    /// What a condition means for its one key; those on positions and prefixes mean nothing here.
    private static Optional<History.When> when(Condition condition) {
        return switch (condition) {
            case Condition.Absent _ -> Optional.of(new History.When.Absent());
            case Condition.Present _ -> Optional.of(new History.When.Present());
            case Condition.TagIs c -> Optional.of(
                    new History.When.Holds(Long.parseLong(c.tag().toUtf8())));
            case Condition.PositionIs _, Condition.PrefixEmpty _ -> Optional.empty();
        };
    }
}
