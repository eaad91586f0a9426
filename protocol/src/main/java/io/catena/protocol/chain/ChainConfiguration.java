package io.catena.protocol.chain;

import io.catena.protocol.invariant.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who forms a chain in one epoch, in the order of the write path; made by the master only.
///
/// @param members full members, head first; the last of them is the query tail
/// @param joining at most one replica that is being filled, behind the last member in the write
///     path
public record ChainConfiguration(
        ChainId chain, Epoch epoch, List<Member> members, Optional<Member> joining) {
    public ChainConfiguration {
        members = List.copyOf(members);
        Invariant.check(!members.isEmpty(), "a chain configuration has a member");
        List<NodeId> seen = new ArrayList<>();
        for (Member member : members) {
            Invariant.check(!seen.contains(member.node().first()),
                    "a server has one seat in a chain");
            seen.add(member.node().first());
        }
        joining.ifPresent(j -> Invariant.check(!seen.contains(j.node().first()),
                "a server cannot join a chain that it has a seat in"));
    }

    public Member head() {
        return members.getFirst();
    }

    /// The last full member: it knows what is committed.
    public Member queryTail() {
        return members.getLast();
    }

    /// The write path: members, then the joining replica.
    public List<Member> path() {
        if (joining.isEmpty()) {
            return members;
        }
        List<Member> path = new ArrayList<>(members);
        path.add(joining.get());
        return path;
    }

    public boolean isMember(Member member) {
        return members.contains(member);
    }

    public boolean isJoining(Member member) {
        return joining.isPresent() && joining.get().equals(member);
    }

    public boolean includes(Member member) {
        return isMember(member) || isJoining(member);
    }

    public Optional<Member> successor(Member member) {
        List<Member> path = path();
        int at = path.indexOf(member);
        return at >= 0 && at + 1 < path.size() ? Optional.of(path.get(at + 1)) : Optional.empty();
    }

    public Optional<Member> predecessor(Member member) {
        List<Member> path = path();
        int at = path.indexOf(member);
        return at > 0 ? Optional.of(path.get(at - 1)) : Optional.empty();
    }

    @Override
    public String toString() {
        return chain + "@" + epoch + members + joining.map(j -> "+" + j).orElse("");
    }
}
