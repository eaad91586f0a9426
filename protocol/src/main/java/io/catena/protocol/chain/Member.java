package io.catena.protocol.chain;

import java.util.Comparator;

/// A seat in a chain belongs to one life of one node: a restarted node is not the member it was.
public record Member(NodeId node, Incarnation incarnation) implements Comparable<Member> {
    private static final Comparator<Member> ORDER =
            Comparator.comparing(Member::node).thenComparing(Member::incarnation);

    public static Member of(int node, long incarnation) {
        return new Member(new NodeId(node), new Incarnation(incarnation));
    }

    @Override
    public int compareTo(Member other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node + "." + incarnation.value();
    }
}
