package io.catena.chain.replica;

import io.catena.head.Admission;
import io.catena.head.Head;
import io.catena.head.Newest;
import io.catena.head.Resolver;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Client writes at the head: what has no position yet because versions must be looked up, and what
/// waits for a position to commit. Every reply of a write passes through here, so none is given
/// before what it rests on has committed.
final class ClientWrites {
    private record Due(long ticket, ClientReply reply) {}

    private record LookingUp(ClientMessage.Write write, Admission.Unresolved asked) {}

    private final ReplicaState state;
    private final Consumer<Update> append;
    private final TreeMap<Long, LookingUp> lookingUp = new TreeMap<>();
    private final TreeMap<Long, LookingUp> waitingForApply = new TreeMap<>();
    private final TreeMap<Long, List<Due>> dueBySeq = new TreeMap<>();
    private KnownKeys known = new KnownKeys();
    private int due;

    /// @param append takes each admitted update into the log
    ClientWrites(ReplicaState state, Consumer<Update> append) {
        this.state = state;
        this.append = append;
    }

    void ask(Head head, long ticket, ClientMessage.Write write) {
        int members = state.configuration.orElseThrow().members().size();
        if (members < state.settings.minWriteReplicas()) {
            state.reply(ticket, new ClientReply.TooFewReplicas(
                    members, state.settings.minWriteReplicas()));
        } else if (!state.room() && takesRoom(write)) {
            state.reply(ticket, new ClientReply.NoSpace());
        } else if (isFull()) {
            state.reply(ticket, new ClientReply.Busy("the chain's write window is full"));
        } else {
            admit(head, ticket, write, Optional.empty());
        }
    }

    /// What deletes something is let through: it is how room is made.
    private static boolean takesRoom(ClientMessage.Write write) {
        return write.mutations().stream().allMatch(Mutation.Put.class::isInstance);
    }

    private boolean isFull() {
        return state.log.uncommitted() >= state.settings.windowUpdatesMax()
                || state.log.uncommittedBytes() >= state.settings.windowBytesMax()
                || lookingUp.size() + waitingForApply.size() + due
                        >= 2 * state.settings.windowUpdatesMax();
    }

    private void admit(
            Head head, long ticket, ClientMessage.Write write,
                    Optional<LookedUpResolver> lookedUp) {
        Resolver resolver = lookedUp.<Resolver>map(l -> l).orElseGet(MemoryResolver::new);
        switch (head.admit(write, resolver)) {
            case Admission.Admitted admitted -> {
                append.accept(admitted.update());
                due(ticket, admitted.update().seq(),
                        new ClientReply.Stored(admitted.update().position()));
            }
            case Admission.Duplicate duplicate -> due(ticket, duplicate.position().seq(),
                    new ClientReply.Stored(duplicate.position()));
            case Admission.Refused refused -> due(ticket, refused.restsOnSeq(),
                    new ClientReply.Refused(refused.conditionIndex(), refused.present()));
            case Admission.Unresolved unresolved -> lookUp(ticket, write, unresolved, lookedUp);
            case Admission.Invalid invalid ->
                    state.reply(ticket, new ClientReply.Invalid(invalid.reason()));
        }
    }

    private void lookUp(
            long ticket, ClientMessage.Write write, Admission.Unresolved unresolved,
            Optional<LookedUpResolver> lookedUp) {
        // What a look-up could not settle is held up by deletes that the index lacks: after they
        // are applied it can.
        if (lookedUp.isPresent() && lookedUp.get().prefixesUnsettled()) {
            waitingForApply.put(ticket, new LookingUp(write, unresolved));
            return;
        }
        lookingUp.put(ticket, new LookingUp(write, unresolved));
        state.emit(new Effect.Lookup(ticket, unresolved.keys(), unresolved.prefixes()));
    }

    void lookedUp(Head head, Input.LookedUp result) {
        LookingUp waiting = lookingUp.remove(result.ticket());
        if (waiting == null) {
            return;
        }
        if (result.applied() < state.log.floor()) {
            // The look-up is older than what memory still knows: between the two a change is
            // missing.
            lookingUp.put(result.ticket(), waiting);
            state.emit(new Effect.Lookup(
                    result.ticket(), waiting.asked().keys(), waiting.asked().prefixes()));
            return;
        }
        var resolver = new LookedUpResolver(waiting.asked(), result);
        admit(head, result.ticket(), waiting.write(), Optional.of(resolver));
    }

    /// The index went on: what waited for that is looked up again.
    void applied() {
        TreeMap<Long, LookingUp> again = new TreeMap<>(waitingForApply);
        waitingForApply.clear();
        again.forEach((ticket, waiting) -> {
            lookingUp.put(ticket, waiting);
            state.emit(new Effect.Lookup(
                    ticket, waiting.asked().keys(), waiting.asked().prefixes()));
        });
    }

    void appended(Update update) {
        known.appended(update);
    }

    private void due(long ticket, long seq, ClientReply reply) {
        if (seq <= state.log.committed()) {
            answer(ticket, reply);
        } else {
            dueBySeq.computeIfAbsent(seq, _ -> new ArrayList<>(1)).add(new Due(ticket, reply));
            due++;
        }
    }

    /// What is stored stays true; a refusal tells what a key holds, so it needs a lease as a read
    /// does: the chain may have gone on without this head.
    private void answer(long ticket, ClientReply reply) {
        if (reply instanceof ClientReply.Refused && !state.leased()) {
            state.askAnother(ticket, "no lease");
        } else {
            state.reply(ticket, reply);
        }
    }

    /// Answers everything that rests on what is committed now.
    void release() {
        while (!dueBySeq.isEmpty() && dueBySeq.firstKey() <= state.log.committed()) {
            for (Due ready : dueBySeq.pollFirstEntry().getValue()) {
                due--;
                answer(ready.ticket(), ready.reply());
            }
        }
    }

    /// This replica is no longer head: what has a position ends as unknown, never as done; what has
    /// none did not happen.
    void depose() {
        lookingUp.keySet().forEach(ticket -> state.askAnother(ticket, "no longer head"));
        waitingForApply.keySet().forEach(ticket -> state.askAnother(ticket, "no longer head"));
        dueBySeq.values().forEach(all -> all.forEach(d ->
                state.reply(d.ticket(), new ClientReply.Unknown("the head changed"))));
        lookingUp.clear();
        waitingForApply.clear();
        dueBySeq.clear();
        due = 0;
        known = new KnownKeys();
    }

    /// What memory knows without asking the disk.
    private class MemoryResolver implements Resolver {
        @Override
        public Optional<Newest> newest(Bytes key) {
            return state.log.newest(key).or(() -> known.newest(key));
        }

        @Override
        public PrefixState prefix(Bytes prefix) {
            return new PrefixState.Unknown();
        }
    }

    /// Memory over a look-up that is recent enough.
    private final class LookedUpResolver extends MemoryResolver {
        private final Admission.Unresolved asked;
        private final Input.LookedUp result;
        private boolean prefixesUnsettled;

        LookedUpResolver(Admission.Unresolved asked, Input.LookedUp result) {
            this.asked = asked;
            this.result = result;
            for (int i = 0; i < asked.keys().size(); i++) {
                if (super.newest(asked.keys().get(i)).isEmpty()) {
                    known.learn(asked.keys().get(i), Newest.indexed(result.versions().get(i)));
                }
            }
        }

        boolean prefixesUnsettled() {
            return prefixesUnsettled;
        }

        @Override
        public PrefixState prefix(Bytes prefix) {
            int at = asked.prefixes().indexOf(prefix);
            if (at < 0) {
                return new PrefixState.Unknown();
            }
            var overlay = state.log.overlay(prefix, Long.MAX_VALUE);
            long newestSeq = 0;
            boolean deletes = false;
            for (Effect.Overlay change : overlay.values()) {
                if (change.version().isPresent()) {
                    return new PrefixState.Held(change.position().seq());
                }
                newestSeq = Math.max(newestSeq, change.position().seq());
                deletes |= change.position().seq() > result.applied();
            }
            if (!result.prefixesHold().get(at)) {
                return new PrefixState.Empty(newestSeq);
            }
            if (deletes) {
                prefixesUnsettled = true;
                return new PrefixState.Unknown();
            }
            return new PrefixState.Held(0);
        }
    }
}
