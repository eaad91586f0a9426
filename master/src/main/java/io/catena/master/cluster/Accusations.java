package io.catena.master.cluster;

import io.catena.master.chains.Evidence;
import io.catena.master.chains.Evidence.Quarrel;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.MasterMessage.Accusation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What members said of their neighbours with their latest heartbeats, as one leader heard it. Each
/// heartbeat replaces what the member said before; what is not repeated for a while is void.
public final class Accusations {
    private record Word(Accusation accusation, long sinceNanos) {}

    private record Words(List<Word> words, long heardNanos) {}

    private final long freshNanos;
    private final SortedMap<Member, Words> latest = new TreeMap<>();

    /// @param freshNanos how long a heartbeat's words count; a few heartbeats
    public Accusations(long freshNanos) {
        this.freshNanos = freshNanos;
    }

    /// A heartbeat of `accuser` arrived, perhaps without any accusation.
    public void heard(Member accuser, List<Accusation> accusations, long nowNanos) {
        Words former = latest.get(accuser);
        boolean unbroken = former != null && nowNanos - former.heardNanos() <= freshNanos;
        List<Word> words = new ArrayList<>();
        for (Accusation accusation : accusations) {
            Optional<Word> same = unbroken
                    ? former.words().stream()
                            .filter(word -> word.accusation().equals(accusation)).findFirst()
                    : Optional.empty();
            words.add(same.orElse(new Word(accusation, nowNanos)));
        }
        latest.put(accuser, new Words(List.copyOf(words), nowNanos));
    }

    /// Forgets members that are not lives of now.
    public void retain(Predicate<Member> present) {
        latest.keySet().removeIf(present.negate());
    }

    /// What counts now: fresh words of the present epochs, of a member of the chain about its
    /// neighbour, and both still heard of. A neighbour that fell silent towards the master too is a
    /// matter of its lease, and no ground to suspect who misses it.
    public Evidence evidence(SortedMap<?, ClusterState.Stamped<ChainConfiguration>> chains,
            Predicate<Member> live, long nowNanos) {
        List<Quarrel> quarrels = new ArrayList<>();
        for (var stamped : chains.values()) {
            ChainConfiguration chain = stamped.value();
            List<Quarrel> here = chain.members().stream()
                    .filter(member -> isHeard(member, live, nowNanos))
                    .flatMap(member -> quarrel(chain, member, nowNanos).stream())
                    .filter(quarrel -> isHeard(quarrel.accused(), live, nowNanos)).toList();
            here.stream().filter(quarrel -> !isExcused(chain, quarrel, here))
                    .forEach(quarrels::add);
        }
        return new Evidence(quarrels);
    }

    private boolean isHeard(Member member, Predicate<Member> live, long nowNanos) {
        Words words = latest.get(member);
        return words != null && nowNanos - words.heardNanos() <= freshNanos && live.test(member);
    }

    private Optional<Quarrel> quarrel(ChainConfiguration chain, Member accuser, long nowNanos) {
        return latest.get(accuser).words().stream()
                .filter(word -> word.accusation().chain().equals(chain.chain())
                        && word.accusation().epoch().equals(chain.epoch())
                        && isNeighbour(chain, accuser, word.accusation().accused()))
                .findFirst()
                .map(word -> new Quarrel(chain.chain(), accuser, word.accusation().accused(),
                        nowNanos - word.sinceNanos()));
    }

    private static boolean isNeighbour(ChainConfiguration chain, Member one, Member other) {
        return chain.successor(one).filter(other::equals).isPresent()
                || chain.predecessor(one).filter(other::equals).isPresent();
    }

    /// Who waits for its own predecessor cannot confirm its successor: the blame is passed on.
    private static boolean isExcused(
            ChainConfiguration chain, Quarrel quarrel, List<Quarrel> here) {
        Member accused = quarrel.accused();
        Optional<Member> before = chain.predecessor(accused);
        return chain.successor(accused).filter(quarrel.accuser()::equals).isPresent()
                && here.stream().anyMatch(other -> other.accuser().equals(accused)
                        && before.filter(other.accused()::equals).isPresent());
    }
}
