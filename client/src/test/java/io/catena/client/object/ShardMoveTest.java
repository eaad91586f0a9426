package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.ShardRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cuts and moves of a bucket's shards as random walks over everything that may happen at the same
/// time: what readers and listings see is linearizable, the sums are exact, and nothing is left
/// over. With a mistake planted, a walk must find it.
class ShardMoveTest {
    private static final int WALKS = 400;
    private static final int MOMENTS = 3_000;
    private static final List<ChainId> CHAINS =
            List.of(new ChainId(1), new ChainId(2), new ChainId(3));

    @Test
    void shouldLoseNothingWhateverComesBetween() {
        int moves = 0;
        for (int seed = 0; seed < WALKS; seed++) {
            Walk walk = new Walk(seed, ShardWorld.Mistake.NONE);
            assertThat(walk.run()).as("seed %d", seed).isEmpty();
            moves += walk.ended;
        }
        assertThat(moves).isGreaterThan(2 * WALKS);
    }

    /// @param walksMax within how many it must be found: two to five times what it takes
    @ParameterizedTest
    @CsvSource({"OPENS_EARLY,15", "NO_MARKER,5", "MARKER_BLINDLY_DELETED,5", "NO_FENCE,50"})
    void shouldFindAPlantedMistake(ShardWorld.Mistake mistake, int walksMax) {
        for (int seed = 0; seed < walksMax; seed++) {
            if (new Walk(seed, mistake).run().isPresent()) {
                System.getLogger("walk").log(System.Logger.Level.INFO,
                        mistake + " found by walk " + (seed + 1));
                return;
            }
        }
        throw new AssertionError(mistake + " was not found in " + walksMax + " walks");
    }

    /// One walk; its first violation is kept.
    private static final class Walk {
        private final ShardWorld world;
        private Optional<String> violation = Optional.empty();
        private int values;
        private int ended;

        Walk(long seed, ShardWorld.Mistake mistake) {
            world = new ShardWorld(seed, mistake);
        }

        Optional<String> run() {
            for (int gateway = 0; gateway < 3; gateway++) {
                write(gateway);
                write(gateway);
                read(gateway);
            }
            list(0);
            drive(0);
            drive(1);
            world.play(MOMENTS);
            finish();
            return violation;
        }

        private void check(boolean holds, String what) {
            if (!holds && violation.isEmpty()) {
                violation = Optional.of(what + " at " + world.moment());
            }
        }

        private Bytes anyKey() {
            return ShardWorld.key(world.random.nextInt(ShardWorld.KEYS));
        }

        private void write(int gateway) {
            if (!world.ending()) {
                int value = world.random.nextInt(4) == 0 ? 0 : ++values;
                attempt(gateway, anyKey(), value, Optional.empty());
            }
        }

        /// As [ShardWrites] does it.
        private void attempt(int gateway, Bytes key, int value, Optional<ShardState> known) {
            ShardRecord shard = world.map(gateway).shardOf(key);
            boolean moving = shard.move().orElse(null) instanceof ShardRecord.Move.To;
            ShardState state = known.orElse(moving ? ShardState.MOVING : ShardState.OPEN);
            Bytes recordKey = RecordKeys.object(ShardWorld.BUCKET, key);
            Bytes shardKey = RecordKeys.shard(ShardWorld.BUCKET, shard);
            List<Mutation> mutations = new ArrayList<>();
            mutations.add(value == 0 ? new Mutation.Delete(recordKey, true)
                    : ShardWorld.put(key, value));
            world.marker(new ShardHome(null, ShardWorld.BUCKET, shard, key, state), recordKey)
                    .ifPresent(mutations::add);
            world.later(() -> {
                if (world.write(shard.chain(), List.of(
                        new Condition.TagIs(shardKey, state.tag())), mutations).isEmpty()) {
                    world.became(key, value);
                    world.later(() -> write(gateway));
                } else {
                    look(gateway, key, value);
                }
            });
        }

        private void look(int gateway, Bytes key, int value) {
            ShardRecord shard = world.map(gateway).shardOf(key);
            world.later(() -> {
                Optional<ShardState> state = ShardState.of(world.get(
                        shard.chain(), RecordKeys.shard(ShardWorld.BUCKET, shard)));
                boolean takes = state.filter(ShardState::takesWrites).isPresent()
                        && world.map(gateway).shards().contains(shard);
                if (takes) {
                    attempt(gateway, key, value, state);
                } else if (!world.ending() || world.random.nextInt(50) > 0) {
                    look(gateway, key, value);
                }
            });
        }

        private void read(int gateway) {
            if (!world.ending()) {
                read(gateway, anyKey(), world.moment());
            }
        }

        private void read(int gateway, Bytes key, int since) {
            ChainId chain = world.map(gateway).shardOf(key).chain();
            world.later(() -> {
                int value = ShardWorld.value(
                        world.get(chain, RecordKeys.object(ShardWorld.BUCKET, key)));
                world.later(() -> {
                    if (world.map(gateway).shardOf(key).chain().equals(chain)) {
                        check(world.held(key, value, since), key.toUtf8() + " was " + value);
                        read(gateway);
                    } else {
                        read(gateway, key, since);
                    }
                });
            });
        }

        private void list(int gateway) {
            if (!world.ending()) {
                Map<ChainId, Slots> shown = BucketMap.shown(world.map(gateway));
                Deque<ScanAt> left = new ArrayDeque<>();
                shown.forEach((chain, slots) -> left.add(new ScanAt(chain, ScanRange.all(
                        RecordKeys.object(ShardWorld.BUCKET, Bytes.EMPTY), Bytes.EMPTY, 5)
                        .showing(slots, RecordKeys.BUCKET_PREFIX_BYTES))));
                list(gateway, shown, left, new TreeMap<>(), world.moment());
            }
        }

        private record ScanAt(ChainId chain, ScanRange range) {}

        private void list(int gateway, Map<ChainId, Slots> shown, Deque<ScanAt> left,
                Map<Bytes, Version> found, int since) {
            world.later(() -> {
                if (!left.isEmpty()) {
                    ScanAt at = left.removeFirst();
                    ShardAnswer.Page page = world.scan(at.chain(), at.range());
                    page.entries().forEach(entry -> check(found.put(
                            RecordKeys.keyOfObject(entry.key()),
                            ((ScanEntry.Item) entry).version()) == null, "listed twice"));
                    page.next().ifPresent(next -> left.addFirst(
                            new ScanAt(at.chain(), at.range().startingAt(next))));
                    list(gateway, shown, left, found, since);
                    return;
                }
                if (BucketMap.shown(world.map(gateway)).equals(shown)) {
                    for (int number = 0; number < ShardWorld.KEYS; number++) {
                        Bytes key = ShardWorld.key(number);
                        int value = ShardWorld.value(Optional.ofNullable(found.get(key)));
                        check(world.held(key, value, since), "listed " + number + " " + value);
                    }
                }
                list(gateway);
            });
        }

        /// Works on what the map shows, dies now and then, and begins anew.
        private void drive(int gateway) {
            BucketRecord map = world.map(gateway);
            if (world.ending()) {
                return;
            }
            List<ShardRecord> moving = ShardPlan.moves(map, _ -> true);
            ShardWork work;
            if (map.shards().size() == 1) {
                work = new ShardCut(ShardWorld.BUCKET, "b", map.shards().getFirst());
            } else if (!moving.isEmpty()) {
                work = new ShardMove(ShardWorld.BUCKET, "b", moving.get(
                        world.random.nextInt(moving.size())), world.random.nextInt(3) == 0);
            } else {
                ShardPlan.announce(map, CHAINS, _ -> true).ifPresent(plan -> world.ask(
                        new ShardAsk.Change(ShardWorld.BUCKET, plan.before(),
                                List.of(plan.after())), _ -> { }));
                world.later(() -> drive(gateway));
                return;
            }
            step(gateway, work, work.start());
        }

        private void step(int gateway, ShardWork work, ShardAsk ask) {
            if (ask instanceof ShardAsk.Over(boolean done)) {
                ended += done && work instanceof ShardMove ? 1 : 0;
                world.later(() -> drive(gateway));
                return;
            }
            boolean dies = world.random.nextInt(60) == 0;
            world.ask(ask, answer -> {
                if (!dies) {
                    step(gateway, work, work.next(answer));
                }
            });
            if (dies) {
                world.later(() -> drive(gateway));
            }
        }

        /// Nobody dies any more: all moves come to their end, and nothing is left over.
        private void finish() {
            for (int round = 0; round < 40; round++) {
                Optional<ShardRecord> next = ShardPlan.moves(world.newest(), _ -> true)
                        .stream().findFirst();
                if (next.isEmpty()) {
                    break;
                }
                run(new ShardMove(ShardWorld.BUCKET, "b", next.get(), true));
            }
            check(ShardPlan.moves(world.newest(), _ -> true).isEmpty(), "moves do not end");
            check(world.usage().equals(world.expectedUsage()), "counted " + world.usage()
                    + " and should " + world.expectedUsage());
            check(world.records('m') == 0, "markers are left over");
            check(world.records('o') == world.expectedUsage().objects(), "copies are left over");
        }

        private void run(ShardWork work) {
            ShardAsk[] ask = {work.start()};
            while (!(ask[0] instanceof ShardAsk.Over)) {
                ShardAnswer[] answer = new ShardAnswer[1];
                world.ask(ask[0], given -> answer[0] = given);
                while (answer[0] == null) {
                    world.play(world.moment() + 1);
                }
                ask[0] = work.next(answer[0]);
            }
        }
    }
}
