package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A bucket on three chains, for a random walk: gateways with maps of their own, writers, readers,
/// a lister, and drivers that die at any point. Whatever is asked of a chain or of the master takes
/// place at once, some time later, also after the one who asked is gone; which of all that is under
/// way comes next is drawn. Chains are linearizable here: that they are is shown elsewhere.
final class ShardWorld {
    /// What is done wrong on purpose.
    enum Mistake {
        NONE, OPENS_EARLY, NO_MARKER, READ_BEFORE_UNMARKED, NO_FENCE, NO_SOURCE_FENCE
    }

    static final long BUCKET = 5;
    static final int KEYS = 24;
    private static final int PAGE = 5;
    private static final int LATE_TURNS = 6;

    final Random random;
    private final Mistake mistake;
    private final List<TreeMap<Bytes, Version>> chains = new ArrayList<>();
    private final List<Runnable> underWay = new ArrayList<>();
    private final List<BucketRecord> maps = new ArrayList<>();
    /// By gateway: which of the maps it acts on.
    private final int[] known = new int[3];
    /// By key: what it held from which moment on.
    private final TreeMap<Bytes, TreeMap<Integer, Integer>> truth = new TreeMap<>();
    private int moment;
    private long seq;
    private boolean ending;
    private int brakes;

    ShardWorld(long seed, Mistake mistake) {
        this.random = new Random(seed);
        this.mistake = mistake;
        for (int chain = 1; chain <= 3; chain++) {
            chains.add(new TreeMap<>());
        }
        ShardRecord whole = ShardRecord.whole(new ChainId(1));
        maps.add(new BucketRecord(
                BUCKET, "b", 0, "o", List.of(whole), BucketState.ACTIVE));
        apply(held(new ChainId(1)),
                List.of(RecordKeys.putShard(BUCKET, "b", whole, ShardState.OPEN)));
        for (int key = 0; key < KEYS; key++) {
            truth.put(key(key), new TreeMap<>(Map.of(0, 0)));
        }
    }

    static Bytes key(int number) {
        return Bytes.utf8("k" + number);
    }

    boolean ending() {
        return ending;
    }

    int moment() {
        return moment;
    }

    /// How often a shard was braked.
    int brakes() {
        return brakes;
    }

    BucketRecord map(int gateway) {
        return maps.get(known[gateway]);
    }

    BucketRecord newest() {
        return maps.getLast();
    }

    void later(Runnable step) {
        underWay.add(step);
    }

    /// Plays so many moments; then nothing new begins, and all that is under way ends.
    void play(int moments) {
        while (moment < moments || !underWay.isEmpty() && moment < 20 * moments) {
            moment++;
            ending = moment >= moments;
            int gateway = random.nextInt(known.length);
            if (ending || random.nextInt(30) == 0) {
                known[gateway] = maps.size() - 1;
            }
            if (!underWay.isEmpty()) {
                underWay.remove(random.nextInt(underWay.size())).run();
            }
        }
    }

    private TreeMap<Bytes, Version> held(ChainId chain) {
        return chains.get(chain.value() - 1);
    }

    /// Empty: stored, else the condition that does not hold.
    Optional<Integer> write(
            ChainId chain, List<Condition> conditions, List<Mutation> mutations) {
        TreeMap<Bytes, Version> held = held(chain);
        for (int i = 0; i < conditions.size(); i++) {
            Version version = held.get(conditions.get(i).key());
            boolean holds = switch (conditions.get(i)) {
                case Condition.Absent _ -> version == null;
                case Condition.Present _ -> version != null;
                case Condition.TagIs is -> version != null && version.tag().equals(is.tag());
                case Condition.PositionIs is ->
                        version != null && version.position().equals(is.position());
                case Condition.PrefixEmpty empty -> held.tailMap(empty.key()).keySet().stream()
                        .noneMatch(key -> key.startsWith(empty.key()));
            };
            if (!holds) {
                return Optional.of(i);
            }
        }
        apply(held, mutations);
        return Optional.empty();
    }

    private void apply(TreeMap<Bytes, Version> held, List<Mutation> mutations) {
        Position position = Position.of(1, ++seq);
        for (Mutation mutation : mutations) {
            switch (mutation) {
                case Mutation.Put put -> {
                    held.put(put.key(), put.at(position));
                    brakes += put.tag().equals(ShardState.BRAKED.tag()) ? 1 : 0;
                }
                case Mutation.Delete delete -> held.remove(delete.key());
            }
        }
    }

    Optional<Version> get(ChainId chain, Bytes key) {
        return Optional.ofNullable(held(chain).get(key));
    }

    ShardAnswer.Page scan(ChainId chain, ScanRange range) {
        List<ScanEntry> entries = new ArrayList<>();
        Bytes from = range.from().compareTo(range.prefix()) > 0 ? range.from() : range.prefix();
        for (var entry : held(chain).tailMap(from).entrySet()) {
            if (!entry.getKey().startsWith(range.prefix())) {
                break;
            }
            if (entries.size() == Math.min(PAGE, range.entriesMax())) {
                return new ShardAnswer.Page(entries, Optional.of(entry.getKey()));
            }
            if (range.shows(entry.getKey())) {
                entries.add(new ScanEntry.Item(entry.getKey(), entry.getValue()));
            }
        }
        return new ShardAnswer.Page(entries, Optional.empty());
    }

    /// Takes place some time later; the answer comes later still.
    void ask(ShardAsk ask, Consumer<ShardAnswer> answered) {
        later(() -> {
            switch (ask) {
                case ShardAsk.Get get -> answer(answered, new ShardAnswer.Versions(
                        get.keys().stream().map(key -> get(get.chain(), key)).toList()));
                case ShardAsk.Scan scan -> answer(answered, scan(scan.chain(), scan.range()));
                case ShardAsk.Write write when write.bodiesFrom().isPresent()
                        && random.nextInt(40) == 0 ->
                        answer(answered, new ShardAnswer.BodyGone());
                case ShardAsk.Write write when mistake == Mistake.READ_BEFORE_UNMARKED
                        && isOfMarkers(write) -> {
                    answer(answered, new ShardAnswer.Stored(Position.of(1, seq)));
                    after(LATE_TURNS, () ->
                            write(write.chain(), write.conditions(), write.mutations()));
                }
                case ShardAsk.Write write -> answer(answered,
                        write(write.chain(), conditions(write), write.mutations())
                                .<ShardAnswer>map(ShardAnswer.Refused::new).orElseGet(() ->
                                        new ShardAnswer.Stored(Position.of(1, seq))));
                case ShardAsk.Change change -> change(change, answered);
                case ShardAsk.Over _ -> throw new IllegalStateException("nothing is asked");
            }
        });
    }

    void after(int turns, Runnable step) {
        later(turns == 0 ? step : () -> after(turns - 1, step));
    }

    private void answer(Consumer<ShardAnswer> answered, ShardAnswer answer) {
        later(() -> answered.accept(answer));
    }

    private static boolean isOfMarkers(ShardAsk.Write write) {
        return RecordKeys.tag(write.mutations().getFirst().key()) == 'm';
    }

    private List<Condition> conditions(ShardAsk.Write write) {
        boolean ofObjects = RecordKeys.tag(write.mutations().getFirst().key()) == 'o';
        boolean unfenced = mistake == Mistake.NO_FENCE && ofObjects
                || mistake == Mistake.NO_SOURCE_FENCE && isOfMarkers(write);
        return unfenced ? List.of() : write.conditions();
    }

    private void change(ShardAsk.Change change, Consumer<ShardAnswer> answered) {
        List<ShardRecord> shards = new ArrayList<>(newest().shards());
        int at = shards.indexOf(change.before());
        if (at >= 0) {
            shards.remove(at);
            shards.addAll(at, change.after());
            maps.add(newest().with(shards));
        }
        if (shards.containsAll(change.after())) {
            everywhere(maps.size() - 1, () -> answered.accept(new ShardAnswer.Changed(true)));
        } else {
            answer(answered, new ShardAnswer.Changed(false));
        }
    }

    private void everywhere(int version, Runnable then) {
        boolean all = true;
        for (int each : known) {
            all &= each >= version;
        }
        later(all || mistake == Mistake.OPENS_EARLY ? then : () -> everywhere(version, then));
    }

    /// The key holds this from now on; 0: nothing.
    void became(Bytes key, int value) {
        truth.get(key).put(moment, value);
    }

    /// Whether the key held this at some time since.
    boolean held(Bytes key, int value, int since) {
        TreeMap<Integer, Integer> history = truth.get(key);
        return history.subMap(history.floorKey(since), true, moment, true).containsValue(value);
    }

    Optional<Mutation> marker(ShardHome home, Bytes recordKey) {
        return home.state() == ShardState.MOVING && mistake != Mistake.NO_MARKER
                ? Optional.of(new Mutation.Put(RecordKeys.markers(BUCKET, home.shard())
                        .concat(recordKey), Bytes.EMPTY, home.key(), Optional.empty(), false, true))
                : Optional.empty();
    }

    /// What the chains that the map names count, by the slots that it gives them.
    Usage usage() {
        Usage sum = Usage.NONE;
        for (SortedMap.Entry<ChainId, Slots> each : BucketMap.shown(newest()).entrySet()) {
            var scopes = ChargeScopes.of(BUCKET, each.getValue());
            for (Version version : held(each.getKey()).values()) {
                sum = sum.plus(scopes.of(Optional.of(version)));
            }
        }
        return sum;
    }

    Usage expectedUsage() {
        long count = truth.values().stream()
                .filter(history -> history.lastEntry().getValue() != 0).count();
        return new Usage(count, count, count);
    }

    /// Records of objects and markers on all chains, whoever owns them.
    long records(char tag) {
        return chains.stream().flatMap(held -> held.keySet().stream())
                .filter(key -> RecordKeys.tag(key) == tag).count();
    }

    static Mutation put(Bytes key, int value) {
        Bytes recordKey = RecordKeys.object(BUCKET, key);
        Manifest manifest = new Manifest(1, value, new ObjectAttributes(
                Integer.toString(value), new TreeMap<>(), new TreeMap<>(), Optional.empty()),
                new Location.Inline(Bytes.utf8("x")));
        return new Mutation.Put(recordKey, Bytes.utf8(Integer.toString(value)), manifest.encode(),
                Optional.empty(), false, true,
                Optional.of(new Charge(ChargeScopes.of(BUCKET, key), 1, 1, 1)));
    }

    static int value(Optional<Version> version) {
        return version.map(found -> Integer.parseInt(found.tag().toUtf8())).orElse(0);
    }
}
