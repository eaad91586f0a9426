package io.catena.simulation;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What a client asks for: mostly a few hot keys, every value written once only.
final class Workload {
    /// A request, without its address.
    sealed interface Wish {
        ChainId chain();

        record Get(ChainId chain, Bytes key, ReadLevel level) implements Wish {}

        record Scan(ChainId chain, ScanRange range) implements Wish {}

        record GetUsage(ChainId chain, Scopes scopes, ReadLevel level) implements Wish {}

        record Write(ChainId chain, List<Condition> conditions, List<Mutation> mutations)
                implements Wish {}
    }

    private static final int SCOPES = 3;

    private final World world;
    private final Chance chance;
    private final TreeMap<Bytes, Version> seen = new TreeMap<>();

    Workload(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    /// The client read this.
    void saw(Bytes key, Version version) {
        seen.put(key, version);
    }

    Wish next() {
        Bytes key = key();
        ChainId chain = world.shape.chainOf(key);
        int dice = chance.below(100);
        if (dice < 34) {
            return new Wish.Get(chain, key, level());
        } else if (dice < 38) {
            return new Wish.GetUsage(chain, scopes(), level());
        } else if (dice < 48) {
            return scan(chain);
        } else if (dice < 72) {
            return write(chain, List.of(), List.of(put(key)));
        } else if (dice < 79) {
            return write(chain, List.of(), List.of(new Mutation.Delete(key, true)));
        } else if (dice < 94) {
            return write(chain, List.of(condition(key)), List.of(putOrDelete(key)));
        }
        return several(chain, key);
    }

    private Bytes key() {
        int number = chance.percent(70) ? chance.below(world.shape.hotKeys())
                : chance.below(world.shape.keys());
        return world.shape.key(number);
    }

    private ReadLevel level() {
        return chance.percent(90) ? ReadLevel.STRONG : chance.percent(50)
                ? new ReadLevel.Eventual()
                : new ReadLevel.Bounded(chance.below(200), chance.below(8));
    }

    private Scopes scopes() {
        return Scopes.of(chance.below(SCOPES));
    }

    private Wish scan(ChainId chain) {
        Bytes prefix = chance.percent(30) ? Bytes.EMPTY
                : Bytes.utf8("d" + chance.below(3) + "/");
        Bytes from = chance.percent(60) ? Bytes.EMPTY : key();
        int entriesMax = chance.percent(50) ? 100 : chance.between(1, 10);
        return new Wish.Scan(chain, ScanRange.all(prefix, from, entriesMax));
    }

    private static Wish write(ChainId chain, List<Condition> conditions, List<Mutation> mutations) {
        return new Wish.Write(chain, conditions, mutations);
    }

    private Mutation putOrDelete(Bytes key) {
        return chance.percent(80) ? put(key) : new Mutation.Delete(key, true);
    }

    private Mutation put(Bytes key) {
        long number = world.nextTicket();
        Bytes tag = Bytes.utf8(Long.toString(number));
        Bytes value = Bytes.wrap(new byte[chance.below(200)]);
        return new Mutation.Put(
                key, tag, value, Optional.empty(), false, true, charge(number, value.length()));
    }

    /// Most values count; a key goes from scope to scope.
    private static Optional<Charge> charge(long number, long bytes) {
        long scope = number % (SCOPES + 1);
        return scope == SCOPES ? Optional.empty()
                : Optional.of(new Charge(scope, 1, (int) (number / 7 % 2), bytes));
    }

    private Condition condition(Bytes key) {
        Version version = seen.get(key);
        return switch (chance.below(version == null ? 3 : 5)) {
            case 0 -> new Condition.Absent(key);
            case 1 -> new Condition.Present(key);
            case 2 -> new Condition.PrefixEmpty(
                    key.slice(0, chance.between(3, key.length())));
            case 3 -> new Condition.PositionIs(key, version.position());
            default -> new Condition.TagIs(key, version.tag());
        };
    }

    /// Two keys of one chain at once, under a condition on a third or none.
    private Wish several(ChainId chain, Bytes key) {
        List<Mutation> mutations = new ArrayList<>(List.of(putOrDelete(key)));
        Bytes other = key();
        if (!other.equals(key) && world.shape.chainOf(other).equals(chain)) {
            mutations.add(putOrDelete(other));
        }
        Bytes third = key();
        boolean conditional = chance.percent(50) && world.shape.chainOf(third).equals(chain);
        return write(chain, conditional ? List.of(condition(third)) : List.of(), mutations);
    }

    /// The number of the value that a version holds.
    static long number(Optional<Version> version) {
        return version.map(v -> Long.parseLong(v.tag().toUtf8())).orElse(0L);
    }
}
