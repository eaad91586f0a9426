package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.master.chains.ChainPlanner;
import io.catena.master.chains.Change;
import io.catena.master.chains.Planner;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.Envelope;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The planted mistakes that need more than a line.
final class PlantedSeams {
    private PlantedSeams() {}

    /// Watches what each replica appended and has not committed.
    private static class Dirty implements Seams {
        private final TreeMap<String, TreeMap<Long, Update>> appended = new TreeMap<>();

        @Override
        public List<Effect> effects(SimReplica at, Input input, List<Effect> effects) {
            TreeMap<Long, Update> dirty =
                    appended.computeIfAbsent(at.toString(), _ -> new TreeMap<>());
            for (Effect effect : effects) {
                if (effect instanceof Effect.Append(Update update)) {
                    dirty.put(update.seq(), update);
                }
            }
            dirty.headMap(at.status().committedSeq(), true).clear();
            dirty.tailMap(at.status().endSeq(), false).clear();
            return effects;
        }

        final Optional<Mutation> newest(SimReplica at, Bytes key) {
            return all(at).stream().filter(mutation -> mutation.key().equals(key))
                    .reduce((_, later) -> later);
        }

        final List<Mutation> all(SimReplica at) {
            return updates(at).stream().flatMap(update -> update.mutations().stream()).toList();
        }

        final List<Update> updates(SimReplica at) {
            return List.copyOf(appended.get(at.toString()).values());
        }
    }

    /// A precondition that fails on a dirty version is answered at once.
    static final class Early412 extends Dirty {
        @Override
        public List<Effect> effects(SimReplica at, Input input, List<Effect> effects) {
            super.effects(at, input, effects);
            if (input instanceof Input.Asked(long ticket, ClientMessage.Write write)
                    && write.epoch().equals(at.status().configuration().orElseThrow().epoch())
                    && isHead(at) && write.conditions().size() == 1
                    && write.conditions().getFirst() instanceof Condition.Absent(Bytes key)
                    && newest(at, key).filter(Mutation.Put.class::isInstance).isPresent()) {
                List<Effect> more = new ArrayList<>(effects);
                more.addFirst(new Effect.Reply(ticket, new ClientReply.Refused(0, true)));
                return more;
            }
            return effects;
        }

        private static boolean isHead(SimReplica at) {
            return at.status().role() == ReplicaStatus.Role.HEAD;
        }
    }

    /// A scan shows what is appended, committed or not.
    static final class ListBeyond extends Dirty {
        @Override
        public List<Effect> effects(SimReplica at, Input input, List<Effect> effects) {
            super.effects(at, input, effects);
            return effects.stream().map(effect -> effect instanceof Effect.ScanIndex scan
                    ? new Effect.ScanIndex(scan.ticket(), scan.range(), beyond(at, scan))
                    : effect).toList();
        }

        private SortedMap<Bytes, Effect.Overlay> beyond(SimReplica at, Effect.ScanIndex scan) {
            TreeMap<Bytes, Effect.Overlay> overlay = new TreeMap<>(scan.overlay());
            for (Update update : updates(at)) {
                for (Mutation mutation : update.mutations()) {
                    if (mutation.key().startsWith(scan.range().prefix())) {
                        overlay.put(mutation.key(), new Effect.Overlay(update.position(),
                                mutation instanceof Mutation.Put put
                                        ? Optional.of(put.at(update.position()))
                                        : Optional.empty()));
                    }
                }
            }
            return overlay;
        }
    }

    /// Who is asked to stand down says that it did, and goes on serving.
    static final class StandsFast implements Seams {
        private final TreeMap<Member, List<ChainEpoch>> asked = new TreeMap<>();

        @Override
        public List<Input> inputs(SimReplica at, Input input) {
            if (input instanceof Input.StandDown(Epoch epoch)) {
                asked.computeIfAbsent(at.seat, _ -> new ArrayList<>())
                        .add(new ChainEpoch(at.chain, epoch));
                return List.of();
            }
            return List.of(input);
        }

        @Override
        public MasterMessage.Report report(SimNode node, MasterMessage.Report report) {
            return new MasterMessage.Report(report.whole(), report.accusations(),
                    asked.getOrDefault(node.seat(), List.of()));
        }
    }

    /// Begins moves all the time, and ends them before the joining replica is promoted.
    static final class HastyMove implements Seams {
        private static final int BEGINS_ONE_IN = 20;
        private int asked;

        @Override
        public Planner planner() {
            return (current, view) -> {
                boolean complete = current.members().size() >= view.replication()
                        && view.live().containsAll(current.members());
                if (complete && current.joining().isPresent()) {
                    return Optional.of(new Change.Remove(next(current, staying(current),
                            Optional.empty())));
                }
                Optional<Member> other = view.live().stream()
                        .filter(member -> !current.includes(member)).findFirst();
                return complete && other.isPresent() && ++asked % BEGINS_ONE_IN == 0
                        ? Optional.of(new Change.Append(next(current, current.members(), other)))
                        : ChainPlanner.next(current, view);
            };
        }

        private static List<Member> staying(ChainConfiguration current) {
            List<Member> staying = new ArrayList<>(current.members());
            staying.remove((int) (current.epoch().value() / 2 % staying.size()));
            return staying;
        }

        private static ChainConfiguration next(ChainConfiguration current, List<Member> members,
                Optional<Member> joining) {
            return new ChainConfiguration(
                    current.chain(), current.epoch().next(), members, joining);
        }
    }

    /// What lies behind the index is discarded whenever a process starts, not only to join.
    static final class WrongCut extends SimStore {
        WrongCut(Chance chance) {
            super(chance);
        }

        @Override
        void open() {
            super.open();
            log.tailMap(applied().seq(), false).clear();
        }
    }
}
