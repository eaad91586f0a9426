package io.catena.simulation;

import io.catena.chain.replica.Input;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import java.util.TreeMap;

/// What must hold after every step of every replica.
///
/// - what is committed never goes back, and is the same everywhere;
/// - it is durable, on the replica and on every member of the configuration it was committed in;
/// - only members serve; a chain has one head in each epoch;
/// - an index that says it is exact is the committed state at its position,
///   and what it counted is what its records come to.
final class Checks {
    private record HeadOf(ChainId chain, Epoch epoch) implements Comparable<HeadOf> {
        @Override
        public int compareTo(HeadOf other) {
            int byChain = chain.compareTo(other.chain);
            return byChain != 0 ? byChain : epoch.compareTo(other.epoch);
        }
    }

    private final World world;
    private final TreeMap<ChainId, Truth> truths = new TreeMap<>();
    private final History history = new History();
    private final TreeMap<HeadOf, Member> heads = new TreeMap<>();

    Checks(World world) {
        this.world = world;
        world.shape.chainIds().forEach(chain -> truths.put(chain, new Truth(chain)));
    }

    History history() {
        return history;
    }

    Truth truth(ChainId chain) {
        return truths.get(chain);
    }

    void stepped(SimReplica replica, Input input) {
        ReplicaStatus status = replica.status();
        committed(replica, status);
        if (status.serving()) {
            serves(replica, status);
        }
        if (input instanceof Input.Configured) {
            heads(replica, status);
        } else if (input instanceof Input.MarkedWhole) {
            index(replica);
        }
    }

    private void committed(SimReplica replica, ReplicaStatus status) {
        Truth truth = truth(replica.chain);
        KnownLog known = replica.known;
        long committedSeq = status.committedSeq();
        if (committedSeq < known.checkedSeq && status.role() != ReplicaStatus.Role.JOINING) {
            throw new Violation("%s: committed went back from %d to %d"
                    .formatted(replica, known.checkedSeq, committedSeq));
        }
        long before = truth.committedSeq();
        for (long seq = known.checkedSeq + 1; seq <= committedSeq; seq++) {
            known.at(seq).ifPresent(update -> truth.commit(update, replica));
        }
        if (committedSeq > truth.committedSeq()) {
            throw new Violation("%s: committed %d, the chain only %d"
                    .formatted(replica, committedSeq, truth.committedSeq()));
        }
        if (committedSeq > before) {
            durable(replica, status, committedSeq);
        }
        known.checkedSeq = committedSeq;
        known.forget(status.appliedSeq() - 1_000);
    }

    /// Every member, as far as it is still in the same life and epoch, holds durably what commits.
    private void durable(SimReplica by, ReplicaStatus status, long committedSeq) {
        ChainConfiguration configuration = status.configuration().orElseThrow();
        for (Member member : configuration.members()) {
            SimNode node = world.nodes.get(member.node());
            SimReplica replica = node.replica(by.chain);
            boolean same = replica != null && replica.seat.equals(member)
                    && replica.status().configuration().equals(status.configuration());
            if (same && replica.store().endSeq() < committedSeq) {
                throw new Violation("%s committed %d, %s holds %d durably"
                        .formatted(by, committedSeq, replica, replica.store().endSeq()));
            }
        }
    }

    private void serves(SimReplica replica, ReplicaStatus status) {
        if (!status.configuration().orElseThrow().isMember(replica.seat)) {
            throw new Violation(replica + " serves and is no member");
        }
        truth(replica.chain).served(status.committedSeq());
    }

    private void heads(SimReplica replica, ReplicaStatus status) {
        boolean head = status.role() == ReplicaStatus.Role.HEAD
                || status.role() == ReplicaStatus.Role.SOLE;
        if (head) {
            Epoch epoch = status.configuration().orElseThrow().epoch();
            Member first = heads.putIfAbsent(new HeadOf(replica.chain, epoch), replica.seat);
            if (first != null && !first.equals(replica.seat)) {
                throw new Violation("two heads in %s %s: %s and %s"
                        .formatted(replica.chain, epoch, first, replica.seat));
            }
        }
    }

    /// The index of a replica that is whole is the committed state at its position.
    void index(SimReplica replica) {
        SimStore store = replica.store();
        var expected = truth(replica.chain).state(store.applied().seq());
        if (!store.exact() || !store.versions().equals(expected)) {
            throw new Violation("%s: index at %s is %s, committed was %s".formatted(
                    replica, store.applied(), store.versions(), expected));
        }
        var usage = truth(replica.chain).usage(store.applied().seq());
        if (!store.usage().equals(usage)) {
            throw new Violation("%s: what its index holds at %s it counted as %s, and is %s"
                    .formatted(replica, store.applied(), store.usage(), usage));
        }
    }
}
