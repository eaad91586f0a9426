package io.catena.master.chains;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Which replica should stand elsewhere, given who stands where: a pure function of the chains and
/// the sites, so that a new leader goes on where the former one was, with nothing written down.
/// Every move makes the sum of the squared excesses smaller, empties a node that is drained, or
/// mends a separation; so it comes to an end. See docs/placement.md.
public final class Balance {
    /// The replica of a chain on one node goes to another: a copy.
    public record Move(ChainId chain, NodeId joins, NodeId leaves) {}

    /// The head leaves its chain and comes back as the last: no copy but of what it missed.
    public record Turn(ChainId chain, NodeId head) {}

    private static final int LENGTH_TURNED_MIN = 3;
    /// What a turn must gain: of the squared differences of heads and tails from even, half.
    private static final double TURN_GAIN_MIN = 1;

    private final SortedMap<NodeId, Site> sites = new TreeMap<>();
    private final List<ChainId> ids;
    private final Zones zones;
    private final Table table;
    /// Of chains that have one member too many, or will have.
    private final SortedMap<ChainId, NodeId> leavers = new TreeMap<>();

    /// @param sites nodes that keep their seats or take more; members elsewhere are to move
    /// @param replication members that a chain should have, where there are so many servers
    public Balance(List<Site> sites, List<ChainConfiguration> chains, int replication) {
        sites.forEach(site -> this.sites.put(site.node(), site));
        this.ids = chains.stream().map(ChainConfiguration::chain).toList();
        this.zones = Zones.of(sites, replication);
        this.table = new Table(Shares.of(sites, zones, chains.size()),
                chains.stream().map(Balance::nodes).toList(), Math.max(1, zones.length()));
        // Who is about to leave a chain that has one too many counts no more.
        for (int chain = 0; chain < ids.size(); chain++) {
            List<NodeId> path = table.members(chain);
            if (path.size() > table.length()) {
                NodeId leaver = worst(chains.get(chain));
                leavers.put(ids.get(chain), leaver);
                table.replace(chain, without(path, leaver));
            }
        }
    }

    /// In order, the joining replica last.
    static List<NodeId> nodes(ChainConfiguration chain) {
        return chain.path().stream().map(member -> member.node()).toList();
    }

    private static List<NodeId> without(List<NodeId> members, NodeId leaves) {
        return members.stream().filter(member -> !member.equals(leaves)).toList();
    }

    /// The member that a chain with one too many goes on without.
    public NodeId leaver(ChainConfiguration chain) {
        return Optional.ofNullable(leavers.get(chain.chain())).orElseGet(() -> worst(chain));
    }

    private NodeId worst(ChainConfiguration chain) {
        List<NodeId> path = nodes(chain);
        return chain.members().stream().map(member -> member.node())
                .min(Comparator.comparing((NodeId node) -> sites.containsKey(node))
                        .thenComparing(node -> !zones.isCrowded(path, node))
                        .thenComparing(node -> -table.excess(node))
                        .thenComparing(node -> table.sharing(node, path, -1))
                        .thenComparing(node -> node))
                .orElseThrow();
    }

    /// Who should join a chain that is too short, the best first.
    public List<NodeId> joiners(ChainConfiguration chain) {
        List<NodeId> path = nodes(chain);
        return takers(_ -> true)
                .filter(node -> path.stream().noneMatch(node::sharesServer))
                .sorted(Comparator.comparing((NodeId node) -> !zones.admits(path, node))
                        .thenComparing(table::excess)
                        .thenComparing(node -> table.sharing(node, path, 1))
                        .thenComparing(node -> node))
                .toList();
    }

    private Stream<NodeId> takers(Predicate<NodeId> mayJoin) {
        return sites.values().stream().filter(Site::open).map(Site::node).filter(mayJoin)
                .sorted(Comparator.comparing(table::excess).thenComparing(node -> node));
    }

    /// The move that is most needed; empty when all is well, or nothing can be done now.
    ///
    /// @param free chains that may be changed now
    /// @param mayJoin nodes that may take a copy now
    public Optional<Move> next(Predicate<ChainId> free, Predicate<NodeId> mayJoin) {
        List<NodeId> takers = takers(mayJoin).toList();
        return drained().flatMap(from -> best(from, takers, free).stream()).findFirst()
                .or(() -> apart(takers, free))
                .or(() -> even(takers, free));
    }

    private Stream<NodeId> drained() {
        return table.nodes().stream()
                .filter(node -> !sites.containsKey(node) && table.seats(node) > 0);
    }

    /// Mends a chain with more members in a zone than there should be.
    private Optional<Move> apart(List<NodeId> takers, Predicate<ChainId> free) {
        for (int chain = 0; chain < ids.size(); chain++) {
            List<NodeId> members = table.members(chain);
            Optional<NodeId> from = members.stream()
                    .filter(node -> zones.isCrowded(members, node))
                    .max(Comparator.comparing(table::excess));
            if (from.isPresent() && free.test(ids.get(chain))) {
                ChainId id = ids.get(chain);
                Optional<Move> move = takers.stream()
                        .filter(to -> fits(members, from.get(), to)).findFirst()
                        .map(to -> new Move(id, to, from.get()));
                if (move.isPresent()) {
                    return move;
                }
            }
        }
        return Optional.empty();
    }

    /// From whoever has most beyond its share to whoever lacks most, as long as both gain.
    private Optional<Move> even(List<NodeId> takers, Predicate<ChainId> free) {
        if (takers.isEmpty()) {
            return Optional.empty();
        }
        double least = table.excess(takers.getFirst());
        return table.nodes().stream().filter(sites::containsKey)
                .filter(from -> table.excess(from) - least > 1 + Table.NOTHING)
                .sorted(Comparator.comparing((NodeId from) -> -table.excess(from)))
                .flatMap(from -> best(from, takers.stream().filter(to ->
                        table.excess(from) - table.excess(to) > 1 + Table.NOTHING).toList(), free)
                        .stream())
                .findFirst();
    }

    /// The first of the takers for whom `from` has a chain, and the chain where pairs, heads and
    /// tails come nearest to even.
    private Optional<Move> best(NodeId from, List<NodeId> takers, Predicate<ChainId> free) {
        List<Integer> chains = new ArrayList<>();
        for (int chain = 0; chain < ids.size(); chain++) {
            if (free.test(ids.get(chain)) && table.members(chain).contains(from)) {
                chains.add(chain);
            }
        }
        for (NodeId to : takers) {
            Optional<Integer> chain = chains.stream()
                    .filter(one -> fits(table.members(one), from, to))
                    .min(Comparator.comparing(one -> cost(table.members(one), from, to)));
            if (chain.isPresent()) {
                return Optional.of(new Move(ids.get(chain.get()), to, from));
            }
        }
        return Optional.empty();
    }

    /// Both are in the chain for a while.
    private boolean fits(List<NodeId> members, NodeId from, NodeId to) {
        return !to.sharesServer(from) && zones.admits(without(members, from), to);
    }

    private double cost(List<NodeId> members, NodeId from, NodeId to) {
        List<NodeId> others = without(members, from);
        int last = table.length() - 1;
        double cost = table.sharing(from, others, -1) + table.sharing(to, others, 1)
                + 2 * (table.excessAt(last, to) - table.excessAt(last, members.getLast()));
        if (members.getFirst().equals(from) && !others.isEmpty()) {
            cost += 2 * (table.excessAt(0, others.getFirst()) - table.excessAt(0, from));
        }
        return cost;
    }

    /// All moves as they would follow on each other, at most so many.
    public List<Move> all(int most) {
        List<Move> moves = new ArrayList<>();
        Optional<Move> next = next(_ -> true, _ -> true);
        while (next.isPresent() && moves.size() < most) {
            Move move = next.get();
            moves.add(move);
            int chain = ids.indexOf(move.chain());
            List<NodeId> members = new ArrayList<>(without(table.members(chain), move.leaves()));
            members.add(move.joins());
            table.replace(chain, members);
            next = next(_ -> true, _ -> true);
        }
        return moves;
    }

    /// Seats on nodes that should have none.
    public int misplaced() {
        return drained().mapToInt(table::seats).sum();
    }

    /// The turn that brings heads and tails most nearly to even, if it is worth it.
    public Optional<Turn> turn(Predicate<ChainId> free) {
        Optional<Turn> best = Optional.empty();
        double most = TURN_GAIN_MIN;
        for (int chain = 0; chain < ids.size(); chain++) {
            List<NodeId> members = table.members(chain);
            boolean may = members.size() == table.length()
                    && members.size() >= LENGTH_TURNED_MIN && free.test(ids.get(chain));
            double gain = may ? gain(members) : 0;
            if (gain > most + Table.NOTHING) {
                most = gain;
                best = Optional.of(new Turn(ids.get(chain), members.getFirst()));
            }
        }
        return best;
    }

    private double gain(List<NodeId> members) {
        int last = table.length() - 1;
        NodeId head = members.getFirst();
        return table.excessAt(0, head) - table.excessAt(0, members.get(1)) - 1
                + table.excessAt(last, members.getLast()) - table.excessAt(last, head) - 1;
    }

    Table table() {
        return table;
    }
}
