package io.catena.master.chains;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.stream.Stream;

/// What replicas say about neighbours that look alive to the master, over all chains: each quarrel
/// is a link between two servers that does not work for a node of one of them. Links are judged by
/// server, as one wire carries those of all disks; who leaves a chain is a node.
public record Evidence(List<Quarrel> quarrels) {
    public static final Evidence NONE = new Evidence(List.of());
    /// A quarrel counts for more than its own link only when it stood as long as this: by then
    /// every heartbeat that could show another culprit has arrived.
    static final long SETTLED_NANOS = 1_000_000_000L;

    /// @param standsNanos how long it was repeated without a break, in one epoch
    public record Quarrel(ChainId chain, Member accuser, Member accused, long standsNanos) {
        boolean isOf(NodeId server) {
            return accuser.node().sharesServer(server) || accused.node().sharesServer(server);
        }

        boolean isOf(Member member) {
            return accuser.equals(member) || accused.equals(member);
        }

        boolean isSettled() {
            return standsNanos >= SETTLED_NANOS;
        }

        Stream<Member> sides() {
            return Stream.of(accuser, accused);
        }

        private NodeId other(NodeId server) {
            return (accuser.node().sharesServer(server) ? accused : accuser).node().first();
        }
    }

    public Evidence {
        quarrels = List.copyOf(quarrels);
    }

    List<Quarrel> in(ChainId chain) {
        return quarrels.stream().filter(quarrel -> quarrel.chain().equals(chain)).toList();
    }

    /// Servers that the server of `node` has a settled quarrel with, whoever of the two accuses.
    /// Two of them mean that the fault is its own, or at least that it is the one whose leaving
    /// mends both.
    long counterparts(NodeId node) {
        return quarrels.stream().filter(Quarrel::isSettled).filter(one -> one.isOf(node))
                .map(one -> one.other(node)).distinct().count();
    }

    /// Servers that have accused the server of `node` for long enough.
    long accusers(NodeId node) {
        return quarrels.stream().filter(Quarrel::isSettled)
                .filter(one -> one.accused().node().sharesServer(node))
                .map(one -> one.accuser().node().first()).distinct().count();
    }

    /// Whether no other server has a quarrel, new or old, with either side of this one.
    boolean isPairOnly(Quarrel quarrel) {
        NodeId accuser = quarrel.accuser().node();
        NodeId accused = quarrel.accused().node();
        return quarrels.stream().filter(one -> one.isOf(accuser) || one.isOf(accused))
                .allMatch(one -> one.isOf(accuser) && one.isOf(accused));
    }
}
